import { failed, type Act } from './act.ts'
import { versionFile } from '../promote/version-file.ts'
import { environments, services, type Environment } from '../render/releases.ts'
import { whyHelmRefused } from '../render/why-helm-refused.ts'
import { isHealthy, isSynced, stateOf, type Application } from './applications.ts'
import { promotions } from './promotions.ts'
import { app, deployment, deploymentPath, other, untilCompared, untilItComplains, type Deployment, type Stage } from './stage.ts'

async function untilAll(stage: Stage, what: string, of: (application: Application) => boolean, is: (application: Application) => boolean, atLeast: number): Promise<string> {
  let count = 0
  await stage.applications.until(what, async () => {
    const all = (await stage.applications.list()).filter(of)
    count = all.length
    return all.length < atLeast ? [`${all.length} of ${atLeast} Applications are there`, ...all.filter((one) => !is(one)).map(stateOf)] : all.filter((one) => !is(one)).map(stateOf)
  }, { timeoutMs: 600_000, everyMs: 400 })
  return `${count} Applications`
}

const named = (prefix: string) => ({ metadata: { name } }: Application): boolean => name.startsWith(prefix)

/** How many Applications environments have: one a service, and one for what its sidecars share. */
function countIn({ repository }: Stage, ...of: Environment[]): number {
  return of.reduce((sum, environment) => sum + services(repository.root, environment).length + 1, 0)
}

export const arrivals: readonly Act[] = [
  { id: 'dev', title: 'dev is Synced and Healthy', play: (stage) => untilAll(stage, 'dev is Synced and Healthy', named('dev-'), isHealthy, countIn(stage, 'dev')) },
  { id: 'platform', title: 'the platform is Synced', play: (stage) => untilAll(stage, 'the platform is Synced', named('platform'), isSynced, 8) },
  {
    id: 'staging-prod',
    title: 'staging and prod are Synced',
    play: (stage) => untilAll(stage, 'staging and prod are Synced', (one) => named('staging-')(one) || named('prod-')(one), isSynced, countIn(stage, 'staging', 'prod')),
  },
]

const drift: Act = {
  id: 'drift',
  title: 'Drift is healed',
  play: async (stage) => {
    const before = (await deployment(stage, 'dev')).spec?.template.spec.terminationGracePeriodSeconds
    const status = await stage.api.patch(deploymentPath('dev'), { spec: { template: { spec: { terminationGracePeriodSeconds: 300 } } } })
    if (status !== 200) throw failed(`The change by hand was refused with ${status}, so there is no drift to heal.`)
    await stage.applications.until('drift is healed', async () => {
      const now = (await deployment(stage, 'dev')).spec?.template.spec.terminationGracePeriodSeconds
      return now === before ? [] : [`the pod has ${now} s to end, and git says ${before}`]
    })
    return `somebody gave ${app} 300 s to end by hand; it has ${before} s again`
  },
}

const prune: Act = {
  id: 'prune',
  title: 'A deleted file is pruned',
  play: async (stage) => {
    await stage.repository.commit('dev has no notification', () => stage.repository.remove(`gitops/envs/dev/${other}`))
    await stage.applications.refresh()
    await stage.applications.until('notification is gone from dev', async () => {
      const [one, pods] = [await stage.applications.get('dev-notification'), await stage.api.get(deploymentPath('dev', 'notification'))]
      return [...(one === undefined ? [] : ['its Application is there']), ...(pods === undefined ? [] : ['its deployment is there'])]
    })
    if (await stage.api.get(deploymentPath('staging', 'notification')) === undefined) throw failed('notification is gone from staging too.')
    return 'envs/dev/notification deleted: its Application and all it made are gone from dev, and from dev only'
  },
}

const forbidden: Act = {
  id: 'forbidden',
  title: 'What the AppProject forbids is refused',
  play: async (stage) => {
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: forbidden\nrules: []\n'
    const template = `{{- if and (eq .Values.app "compliance") (eq .Values.environment "dev") }}\n${role}{{- end }}\n`
    const commit = await stage.repository.commit('compliance wants a Role', () => stage.repository.write('charts/prep-service/templates/forbidden.yaml', template))
    await stage.applications.refresh()
    const said = await untilItComplains(stage, 'dev-compliance', /not permitted in project/)
    if (await stage.api.get('/apis/rbac.authorization.k8s.io/v1/namespaces/prep-dev/roles/forbidden') !== undefined) throw failed('The Role was made all the same.')
    await undone(stage, 'dev-compliance', commit)
    return (/resource [^.]*not permitted in project \S+/.exec(said)?.[0] ?? said).slice(0, 160)
  },
}

/** Reverts a commit and waits until the Application is content with that. */
async function undone(stage: Stage, name: string, what: string): Promise<void> {
  const commit = await stage.repository.revert(what)
  await stage.applications.refresh()
  await untilCompared(stage, name, commit)
  await stage.applications.until(`${name} is Synced after the revert`, async () => {
    const found = await stage.applications.get(name)
    return found !== undefined && isSynced(found) ? [] : [found === undefined ? 'it is gone' : stateOf(found)]
  })
}

/** A commit that must not reach prod: Argo CD says why, and what runs is not touched in any environment. */
function refused(id: string, title: string, name: string, change: (repository: Stage['repository']) => void, form: RegExp): Act {
  return {
    id,
    title,
    play: async (stage) => {
      const running = (): Promise<Deployment[]> => Promise.all(environments.map((one) => deployment(stage, one, name)))
      const before = await running()
      const commit = await stage.repository.commit(title, () => change(stage.repository))
      await stage.applications.refresh()
      const said = await untilItComplains(stage, `prod-${name}`, form)
      for (const [index, one] of (await running()).entries()) {
        if (one.metadata.generation !== before[index]?.metadata.generation) throw failed(`${name} in ${environments[index]} was touched.`)
      }
      await undone(stage, `prod-${name}`, commit)
      return `${whyHelmRefused(said).slice(0, 140)}; what runs was not touched`
    },
  }
}

const latest = refused('latest', 'latest in prod is refused', app, (repository) => {
  const file = versionFile(app, 'prod')
  repository.write(file, repository.read(file).replace(/digest: .*/, 'tag: latest'))
}, /digest|latest/)

const secret = refused('secret', 'A secret in prod is refused', other, (repository) => {
  const file = `gitops/envs/prod/${other}/values.yaml`
  repository.write(file, `${repository.read(file)}\nenv:\n  API_TOKEN: abcdefgh\n`)
}, /API_TOKEN|secret/)

const broken = refused('broken', 'A broken template touches nothing', app, (repository) => repository.write('charts/prep-service/templates/broken.yaml', '{{ .Values.no.such.value }}\n'), /nil pointer|broken\.yaml/)

/** Everything that is played once all is in place, in order; what is played beside each other touches different Applications. */
export const scenes: ReadonlyArray<readonly Act[]> = [[drift], [forbidden, latest, secret], ...promotions.map((one) => [one]), [broken, prune]]
