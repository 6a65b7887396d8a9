import { parse } from 'yaml'
import type { ApiClient, Resource } from '../cluster/api-client.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { GitopsError } from '../errors.ts'
import { isCommit, versionFile } from '../promote/version-file.ts'
import type { Environment } from '../render/releases.ts'
import { refreshAnnotation, stateOf, type Application, type Applications } from './applications.ts'
import type { Repository } from './repository.ts'

export interface Deployment extends Resource {
  readonly spec?: { template: { spec: { terminationGracePeriodSeconds?: number, containers: Array<{ image: string }> } } } & Record<string, unknown>
}

/** What every act of the drill works with. */
export interface Stage {
  readonly cluster: Cluster
  readonly api: ApiClient
  readonly repository: Repository
  readonly applications: Applications
}

/** The app that is tampered with. It is in all three environments, and rolls in each. */
export const app = 'booking'

/** For what is played beside that. It is in all three environments too. */
export const other = 'notification'

export function deploymentPath(environment: Environment, name: string = app): string {
  return `/apis/apps/v1/namespaces/prep-${environment}/deployments/${name}`
}

/** @throws GitopsError GITOPS_DRILL_FAILED */
export async function deployment({ api }: Stage, environment: Environment, name: string = app): Promise<Deployment> {
  const found = await api.get<Deployment>(deploymentPath(environment, name))
  if (found !== undefined) return found
  throw new GitopsError('GITOPS_DRILL_FAILED', { message: `prep-${environment} has no deployment ${name}.` })
}

export async function imageOf(stage: Stage, environment: Environment, name: string = app): Promise<string> {
  return (await deployment(stage, environment, name)).spec?.template.spec.containers[0]?.image ?? ''
}

/** What its version file asks for, as the pod will name it. */
function wantedImage({ repository }: Stage, environment: Environment, name: string): string {
  const { image } = parse(repository.read(versionFile(name, environment))) as { image: { repository: string, digest?: string, tag?: string } }
  return (image.digest ?? '') === '' ? `${image.repository}:${image.tag}` : `${image.repository}@${image.digest}`
}

/** Waits until the environment runs what its version file asks for, and Argo CD calls it Synced and Healthy. */
export async function untilItRuns(stage: Stage, environment: Environment, name: string = app): Promise<void> {
  const wanted = wantedImage(stage, environment, name)
  await stage.applications.until(`${environment} runs ${wanted}`, async () => {
    const [running, found] = [await imageOf(stage, environment, name), await stage.applications.get(`${environment}-${name}`)]
    const settled = found?.status?.sync?.status === 'Synced' && found.status.health?.status === 'Healthy'
    return running === wanted && settled ? [] : [`${running}; ${found === undefined ? 'no Application' : stateOf(found)}`]
  })
}

/**
 * Waits until Argo CD has looked at an Application again since a commit: what it then says is about that commit. One that
 * reads its chart at a release's own commit stays at that one; it has looked when the wish to refresh is gone.
 */
export async function untilCompared({ applications, repository }: Stage, name: string, commit: string): Promise<void> {
  await applications.until('every ApplicationSet has looked', () => applications.waitingSets())
  await applications.until(`${name} is compared with ${commit.slice(0, 7)}`, async () => {
    const found = await applications.get(name)
    if (found === undefined) return ['no Application']
    const { revision = '', revisions = [] } = found.status?.sync ?? {}
    const isPinned = isCommit(found.spec?.source?.targetRevision ?? '')
    const looked = isPinned ? found.metadata.annotations?.[refreshAnnotation] === undefined : [revision, ...revisions].some((one) => repository.isSince(one, commit))
    return looked ? [] : [stateOf(found)]
  })
}

/** Waits until an Application complains in these words, and returns what it says in one sentence. */
export async function untilItComplains({ applications }: Stage, name: string, form: RegExp): Promise<string> {
  let said = ''
  await applications.until(`${name} says ${form.source}`, async () => {
    const found = await applications.get(name)
    said = complaints(found).find((text) => form.test(text)) ?? ''
    return said === '' ? [found === undefined ? 'no Application' : stateOf(found)] : []
  })
  return said
}

function complaints(application: Application | undefined): string[] {
  const { conditions = [], operationState } = application?.status ?? {}
  return [...conditions.map(({ message }) => message), operationState?.message ?? '']
}
