import { parse } from 'yaml'
import type { ApiClient, Resource } from '../cluster/api-client.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { GitopsError } from '../errors.ts'
import type { Environment } from '../render/releases.ts'
import { stateOf, type Application, type Applications } from './applications.ts'
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

/** The app whose versions move. It is in all three environments, and rolls in each. */
export const app = 'booking'

export function deploymentPath(environment: Environment, name: string = app): string {
  return `/apis/apps/v1/namespaces/prep-${environment}/deployments/${name}`
}

/** @throws GitopsError GITOPS_DRILL_FAILED */
export async function deployment({ api }: Stage, environment: Environment): Promise<Deployment> {
  const found = await api.get<Deployment>(deploymentPath(environment))
  if (found !== undefined) return found
  throw new GitopsError('GITOPS_DRILL_FAILED', { message: `prep-${environment} has no deployment ${app}.` })
}

export async function imageOf(stage: Stage, environment: Environment): Promise<string> {
  return (await deployment(stage, environment)).spec?.template.spec.containers[0]?.image ?? ''
}

/** What its version file asks for, as the pod will name it. */
export function wantedImage({ repository }: Stage, environment: Environment): string {
  const { image } = parse(repository.read(versionFile(environment))) as { image: { repository: string, digest?: string, tag?: string } }
  return (image.digest ?? '') === '' ? `${image.repository}:${image.tag}` : `${image.repository}@${image.digest}`
}

export function versionFile(environment: Environment): string {
  return `gitops/envs/${environment}/${app}/version.yaml`
}

/** Waits until the environment runs what its version file asks for, and Argo CD calls it Synced and Healthy. */
export async function untilItRuns(stage: Stage, environment: Environment): Promise<void> {
  const wanted = wantedImage(stage, environment)
  await stage.applications.until(`${environment} runs ${wanted}`, async () => {
    const [running, found] = [await imageOf(stage, environment), await stage.applications.get(`${environment}-${app}`)]
    const settled = found?.status?.sync?.status === 'Synced' && found.status.health?.status === 'Healthy'
    return running === wanted && settled ? [] : [`${running}; ${found === undefined ? 'no Application' : stateOf(found)}`]
  })
}

/** Waits until Argo CD has compared an Application with a commit: what it then says is about that commit. */
export async function untilCompared({ applications }: Stage, name: string, commit: string): Promise<void> {
  await applications.until(`${name} is compared with ${commit.slice(0, 7)}`, async () => {
    const found = await applications.get(name)
    const { revision, revisions = [] } = found?.status?.sync ?? {}
    return revision === commit || revisions.includes(commit) ? [] : [found === undefined ? 'no Application' : stateOf(found)]
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
