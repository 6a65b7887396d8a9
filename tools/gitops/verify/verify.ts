import { ApiClient } from '../cluster/api-client.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { prepareCluster, startCluster } from '../cluster/cluster.ts'
import { installDapr } from '../cluster/dapr.ts'
import { definitionsOf, groupKind, install } from '../cluster/definitions.ts'
import { GitopsError } from '../errors.ts'
import { environments, releases } from '../render/releases.ts'
import { renderAll, type Rendered } from '../render/render.ts'
import { schemas } from '../schemas/schemas.ts'
import { sidecarPatchProgram } from '../sidecar-patch/sidecar-patch.ts'
import type { Steps } from '../../runtime/steps.ts'
import { sidecarsPass } from './sidecars.ts'
import { applyTree, servedKinds } from './apply-tree.ts'

/** What this cannot show, and what therefore somebody still has to see on a real cluster. */
export const notShown = [
  'No kubelet runs: kwok calls every pod ready, so images, probes, volumes and running sidecars are not tried.',
  'Network policies and the mesh are accepted by the API server, and enforced by nobody here.',
  'No operator runs: Kafka, PostgreSQL, Redis, certificates and secrets are resources that nobody acts on.',
]

/**
 * Tier 1: the whole tree on a real API server, every environment first as a strict dry-run, then really.
 * Ends every process that it started, also when a step fails or is interrupted.
 * @throws the first failure; RuntimeError or GitopsError
 */
export async function verify(root: string, home: string, steps: Steps): Promise<void> {
  let rendered: readonly Rendered[] = []
  const cluster = await startCluster(await prepareCluster(home, steps), steps)
  const api = new ApiClient(cluster.plane)
  try {
    await steps.run('render', 'Render every environment', async () => {
      rendered = await renderAll(root, releases(root), cluster.plane.tools.helm)
      return `${rendered.length} releases, ${rendered.flatMap(({ manifests }) => manifests).length} resources`
    })
    await prepare({ cluster, api }, root, rendered, steps)
    const served = await servedKinds(cluster.kubectl)
    const of = (environment: string | undefined): Rendered[] => rendered.filter(({ release }) => release.environment === environment && release.id !== 'platform/namespaces')
    for (const environment of [undefined, ...environments]) {
      await steps.run(`apply-${environment ?? 'platform'}`, `Apply ${environment ?? 'platform and Argo CD'}`, async () => told(await applyTree(cluster.kubectl, of(environment), served)))
    }
    for (const environment of environments) {
      await steps.run(`ready-${environment}`, `Pods of ${environment}`, () => podsRun(cluster, environment))
    }
    await steps.run('sidecars', 'Pods with their sidecars', async (progress) => sidecarsPass(cluster, await sidecarPatchProgram(progress, steps.signal)))
    await steps.run('restricted', 'Pod security enforced', () => refusesPrivileged(cluster))
  } finally {
    api.close()
    await steps.run('end', 'End', async () => `${await cluster.stop()} processes ended`).catch(() => cluster.stop())
  }
}

async function prepare({ cluster, api }: { cluster: Cluster, api: ApiClient }, root: string, rendered: readonly Rendered[], steps: Steps): Promise<void> {
  const { kubectl } = cluster
  await steps.run('definitions', 'Custom resource definitions', async (progress) => {
    const wanted = new Set(rendered.flatMap(({ manifests }) => manifests.map(groupKind)))
    const definitions = definitionsOf((await schemas(progress)).definitions, wanted).filter(({ spec }) => spec.group !== 'dapr.io')
    await install(api, definitions)
    return `${definitions.length} kinds of ${new Set(definitions.map(({ spec }) => spec.group)).size} groups`
  })
  await steps.run('namespaces', 'Namespaces', async () => {
    await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } }])
    const [own] = rendered.filter(({ release }) => release.id === 'platform/namespaces')
    if (own === undefined) return
    const served = await servedKinds(kubectl)
    await applyTree(kubectl, [{ ...own, manifests: own.manifests.filter(({ kind }) => kind === 'Namespace') }], served)
    return `${(await applyTree(kubectl, [own], served)).resources} resources`
  })
  await steps.run('dapr', 'Dapr chart', () => installDapr(cluster, root))
}

function told({ resources, leftOut }: { resources: number, leftOut: readonly string[] }): string {
  const without = leftOut.length === 0 ? '' : `; without definitions, so left out: ${leftOut.join(', ')}`
  return `${resources} resources, strict dry-run and really${without}`
}

interface Workload { metadata: { name: string }, status?: { readyReplicas?: number, succeeded?: number }, spec: { replicas?: number } }

/** Pod security refuses pods, not what makes them: only pods that exist prove that it lets them in. */
async function podsRun({ kubectl }: Cluster, environment: string): Promise<string> {
  const namespace = `prep-${environment}`
  const deployments = await kubectl.list<Workload>('deployments', namespace)
  for (const { metadata } of deployments) await kubectl.must(['rollout', 'status', `deployment/${metadata.name}`, '-n', namespace, '--timeout=60s'])
  const jobs = await kubectl.list<Workload>('jobs', namespace)
  if (jobs.length > 0) await kubectl.must(['wait', '--for=condition=Complete', 'job', '--all', '-n', namespace, '--timeout=60s'])
  return `${deployments.length} deployments ready under restricted, ${jobs.length} migrations complete`
}

/** @throws GitopsError GITOPS_CLUSTER_REFUSED when a privileged pod gets in */
async function refusesPrivileged({ kubectl }: Cluster): Promise<string> {
  for (const environment of environments) {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'privileged', namespace: `prep-${environment}` }, spec: { containers: [{ name: 'a', image: 'a:1', securityContext: { privileged: true } }] } }
    const { exitCode, stderr } = await kubectl.run(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod))
    if (exitCode === 0 || !stderr.includes('violates PodSecurity "restricted')) {
      throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `prep-${environment} lets a privileged pod in, or refuses it for another reason.`, detail: stderr })
    }
  }
  return `a privileged pod is refused in ${environments.map((environment) => `prep-${environment}`).join(', ')}`
}
