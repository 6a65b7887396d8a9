import { GitopsError } from '../errors.ts'
import { environments, type Environment } from '../render/releases.ts'
import { whyHelmRefused } from '../render/why-helm-refused.ts'
import { isHealthy, isSynced, stateOf, type Application } from './applications.ts'
import { kept } from './repository.ts'
import { app, deployment, deploymentPath, imageOf, untilCompared, untilItComplains, untilItRuns, versionFile, type Stage } from './stage.ts'

/** One act of the drill: a step that either holds or throws. It answers what there was to see. */
export interface Act {
  readonly id: string
  readonly title: string
  readonly play: (stage: Stage) => Promise<string>
}

function failed(message: string): GitopsError {
  return new GitopsError('GITOPS_DRILL_FAILED', { message })
}

async function untilAll(stage: Stage, what: string, of: (application: Application) => boolean, is: (application: Application) => boolean, atLeast: number): Promise<string> {
  let count = 0
  await stage.applications.until(what, async () => {
    const all = (await stage.applications.list()).filter(of)
    count = all.length
    return all.length < atLeast ? [`${all.length} of ${atLeast} Applications are there`, ...all.filter((one) => !is(one)).map(stateOf)] : all.filter((one) => !is(one)).map(stateOf)
  }, 600_000)
  return `${count} Applications`
}

const named = (prefix: string) => ({ metadata: { name } }: Application): boolean => name.startsWith(prefix)

/** How many Applications an environment has: one a service, and one for what its sidecars share. */
const [ofDev, ofOthers] = [8, kept.length + 1]

export const arrivals: readonly Act[] = [
  { id: 'dev', title: 'dev is Synced and Healthy', play: (stage) => untilAll(stage, 'dev is Synced and Healthy', named('dev-'), isHealthy, ofDev) },
  { id: 'platform', title: 'the platform is Synced', play: (stage) => untilAll(stage, 'the platform is Synced', named('platform'), isSynced, 8) },
  {
    id: 'staging-prod',
    title: 'staging and prod are Synced',
    play: (stage) => untilAll(stage, 'staging and prod are Synced', (one) => named('staging-')(one) || named('prod-')(one), isSynced, 2 * ofOthers),
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
    stage.repository.remove('gitops/envs/dev/notification')
    await stage.repository.commit('dev has no notification')
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
    stage.repository.write('charts/prep-service/templates/forbidden.yaml', `{{- if and (eq .Values.app "compliance") (eq .Values.environment "dev") }}\n${role}{{- end }}\n`)
    await stage.repository.commit('compliance wants a Role')
    await stage.applications.refresh()
    const said = await untilItComplains(stage, 'dev-compliance', /not permitted in project/)
    if (await stage.api.get('/apis/rbac.authorization.k8s.io/v1/namespaces/prep-dev/roles/forbidden') !== undefined) throw failed('The Role was made all the same.')
    await undone(stage, 'dev-compliance')
    return (/resource [^.]*not permitted in project \S+/.exec(said)?.[0] ?? said).slice(0, 160)
  },
}

/** Reverts the last commit and waits until the Application is content with that. */
async function undone(stage: Stage, name: string): Promise<void> {
  const commit = await stage.repository.revert()
  await stage.applications.refresh()
  await untilCompared(stage, name, commit)
  await stage.applications.until(`${name} is Synced after the revert`, async () => {
    const found = await stage.applications.get(name)
    return found !== undefined && isSynced(found) ? [] : [found === undefined ? 'it is gone' : stateOf(found)]
  })
}

async function moves(stage: Stage, environment: Environment, text: string, message: string, others: readonly Environment[]): Promise<string> {
  const before = await Promise.all(others.map((one) => imageOf(stage, one)))
  stage.repository.write(versionFile(environment), text)
  const commit = await stage.repository.commit(message)
  await stage.applications.refresh()
  await untilItRuns(stage, environment)
  for (const [index, other] of others.entries()) {
    await untilCompared(stage, `${other}-${app}`, commit)
    if (await imageOf(stage, other) !== before[index]) throw failed(`${other} moved with ${environment}.`)
  }
  return `${environment} runs ${short(await imageOf(stage, environment))}; ${others.join(' and ')} looked at the same commit and did not move`
}

function short(image: string): string {
  return image.replace(/^.*\//, '').replace(/(sha256:.{8}).*/, '$1')
}

const promotions: readonly Act[] = [
  {
    id: 'bump',
    title: 'dev takes a new version',
    play: (stage) => moves(stage, 'dev', stage.repository.read(versionFile('dev')).replace(/digest: .*/, `digest: sha256:${'1'.repeat(64)}`).replace(/version: 0.*/, 'version: 0.2.0'), `${app} 0.2.0 in dev`, ['staging', 'prod']),
  },
  { id: 'promote-staging', title: 'Promotion moves staging, not prod', play: (stage) => moves(stage, 'staging', stage.repository.read(versionFile('dev')), `${app} 0.2.0 to staging`, ['prod']) },
  { id: 'promote-prod', title: 'prod moves with its own folder', play: (stage) => moves(stage, 'prod', stage.repository.read(versionFile('staging')), `${app} 0.2.0 to prod`, ['dev', 'staging']) },
]

const rollback: Act = {
  id: 'revert',
  title: 'git revert rolls prod back',
  play: async (stage) => {
    const [before, begun] = [await imageOf(stage, 'prod'), performance.now()]
    await stage.repository.revert()
    await stage.applications.refresh()
    await untilItRuns(stage, 'prod')
    return `from ${short(before)} to ${short(await imageOf(stage, 'prod'))}, ready, ${((performance.now() - begun) / 1000).toFixed(1)} s after git revert (limit: 5 minutes)`
  },
}

/** A commit that must not reach the cluster: Argo CD says why, and what runs is not touched. */
function refused(id: string, title: string, where: string, change: (stage: Stage) => void, form: RegExp): Act {
  return {
    id,
    title,
    play: async (stage) => {
      const before = await Promise.all(environments.map((one) => deployment(stage, one)))
      change(stage)
      await stage.repository.commit(title)
      await stage.applications.refresh()
      const said = await untilItComplains(stage, where, form)
      const after = await Promise.all(environments.map((one) => deployment(stage, one)))
      for (const [index, one] of after.entries()) {
        if (one.metadata.generation !== before[index]?.metadata.generation) throw failed(`${app} in ${environments[index]} was touched.`)
      }
      await undone(stage, where)
      return `${whyHelmRefused(said).slice(0, 140)}; what runs was not touched`
    },
  }
}

const refusals: readonly Act[] = [
  refused('latest', 'latest in prod is refused', `prod-${app}`, ({ repository }) => repository.write(versionFile('prod'), repository.read(versionFile('prod')).replace(/digest: .*/, 'tag: latest')), /digest|latest/),
  refused('secret', 'A secret in prod is refused', `prod-${app}`, ({ repository }) => {
    const file = `gitops/envs/prod/${app}/values.yaml`
    repository.write(file, `${repository.read(file)}\nenv:\n  API_TOKEN: abcdefgh\n`)
  }, /API_TOKEN|secret/),
  refused('broken', 'A broken template touches nothing', `prod-${app}`, ({ repository }) => repository.write('charts/prep-service/templates/broken.yaml', '{{ .Values.no.such.value }}\n'), /nil pointer|broken\.yaml/),
]

/** Everything that is played once all is in place, in order. */
export const acts: readonly Act[] = [drift, prune, forbidden, ...promotions, rollback, ...refusals]
