import type { Cluster } from '../cluster/cluster.ts'
import { GitopsError } from '../errors.ts'
import { environments } from '../render/releases.ts'
import { withSidecars } from '../sidecar-patch/sidecar-patch.ts'

interface Template { metadata: { labels: object, annotations?: Record<string, string> }, spec: object }
interface Workload { metadata: { name: string }, spec: { template: Template } }
interface Injector { spec: { template: { spec: { containers: Array<{ env: Array<{ name: string, value?: string }> }> } } } }
interface Pod { metadata: { name: string, namespace: string }, spec: { containers: Array<{ name: string }>, initContainers?: Array<{ name: string }> } }

/**
 * Every pod of every environment, with the sidecar that Dapr's own code adds under the settings of the installed injector:
 * pod security `restricted` lets it in, and would not without those settings.
 * @throws GitopsError GITOPS_CLUSTER_REFUSED
 */
export async function sidecarsPass({ kubectl }: Cluster, program: string): Promise<string> {
  const settings = await injectorSettings(kubectl)
  let count = 0
  for (const environment of environments) {
    const namespace = `prep-${environment}`
    const workloads = (await Promise.all(['deployments', 'rollouts.argoproj.io'].map((kind) => kubectl.list<Workload>(kind, namespace)))).flat()
    const pods = workloads.map(({ metadata: { name }, spec: { template } }) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: `${name}-with-sidecar`, namespace }, spec: template.spec }))
    const patched = await withSidecars(program, pods, settings) as Pod[]
    const without = patched.filter(({ spec }) => ![...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === 'daprd'))
    if (without.length > 0) throw refused(`${namespace}: no sidecar would come to ${without.map(({ metadata }) => metadata.name).join(', ')}.`)
    const { exitCode, stderr } = await tryPods(kubectl, patched)
    if (exitCode !== 0) throw refused(`${namespace} refuses pods once they have their sidecar.`, stderr)
    count += patched.length
    if (environment === 'prod') await mustBite(kubectl, await withSidecars(program, pods.slice(0, 1), { ...settings, SIDECAR_DROP_ALL_CAPABILITIES: 'false' }))
  }
  return `${count} pods with the sidecar of Dapr's injector pass restricted; one whose sidecar keeps its capabilities is refused`
}

/** What the chart set for the injector that is installed. */
async function injectorSettings(kubectl: Cluster['kubectl']): Promise<Record<string, string>> {
  const injector = await kubectl.get<Injector>('deployment', 'dapr-sidecar-injector', 'dapr-system')
  const env = injector?.spec.template.spec.containers[0]?.env ?? []
  return { NAMESPACE: 'dapr-system', ...Object.fromEntries(env.flatMap(({ name, value }) => value === undefined ? [] : [[name, value]])) }
}

function tryPods(kubectl: Cluster['kubectl'], pods: readonly object[]): Promise<{ exitCode: number, stderr: string }> {
  return kubectl.run(['create', '--dry-run=server', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }))
}

/** A check that passes whatever the sidecar is would say nothing. */
async function mustBite(kubectl: Cluster['kubectl'], pods: readonly object[]): Promise<void> {
  const { exitCode, stderr } = await tryPods(kubectl, pods)
  if (exitCode === 0 || !stderr.includes('violates PodSecurity "restricted')) throw refused('A sidecar that keeps its capabilities was let in.', stderr)
}

function refused(message: string, detail?: string): GitopsError {
  return new GitopsError('GITOPS_CLUSTER_REFUSED', { message, ...(detail === undefined ? {} : { detail: detail.slice(0, 4000) }) })
}
