import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { together, type Steps } from '../../runtime/steps.ts'
import { ApiClient } from '../cluster/api-client.ts'
import { prepareCluster, startCluster } from '../cluster/cluster.ts'
import { definitionsOf, groupKind, install, openDefinition, type Definition } from '../cluster/definitions.ts'
import { releases } from '../render/releases.ts'
import { renderAll } from '../render/render.ts'
import { schemas } from '../schemas/schemas.ts'
import type { Act } from './act.ts'
import { arrivals, scenes } from './acts.ts'
import { Applications } from './applications.ts'
import { startArgocd } from './argocd.ts'
import { Repository } from './repository.ts'
import type { Stage } from './stage.ts'
import { standIn } from './stand-in.ts'

/** What the drill cannot show, and what therefore somebody still has to see on a real cluster. */
export const notShown = [
  'No kubelet runs: kwok calls every pod ready, so images, probes, volumes and sidecars are not tried.',
  'Staging and prod have two services here, booking and notification; dev has all.',
  'No operator runs: the drill itself says that secrets, scalers, ingress and Rollouts are ready; no analysis is run.',
  "Third parties' charts are not fetched; kinds whose definitions cannot be had are taken without a schema.",
  'Network policies and the mesh are enforced by nobody here.',
  'A push is told to Argo CD by the drill, as a webhook of the forge would; reviews and branch protection are the forge\'s.',
]

/**
 * Tier 2: a real Argo CD on a real API server, over a git repository made from this tree, and what people do with it.
 * Ends every process that it started, also when an act fails or is interrupted.
 * @throws the first failure; RuntimeError or GitopsError
 */
export async function drill(root: string, home: string, steps: Steps): Promise<void> {
  const plane = await prepareCluster(home, steps)
  const repository = await Repository.from(root, join(home, 'repository'))
  const [definitions, started] = await Promise.allSettled([definitionsFor(repository.root, plane.tools.helm), startCluster(plane, steps)])
  if (started.status === 'rejected') throw started.reason
  const cluster = started.value
  const api = new ApiClient(plane)
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, steps.signal])
  const operators = standIn(api, signal)
  try {
    if (definitions.status === 'rejected') throw definitions.reason
    const stage: Stage = { cluster, api, repository, applications: new Applications(api, signal) }
    await steps.run('definitions', 'Custom resource definitions', () => installDefinitions(stage, definitions.value))
    await steps.run('argocd', 'Argo CD', () => startArgocd(cluster, root, steps.signal))
    await steps.run('bootstrap', 'Bootstrap, one command', () => bootstrap(stage))
    for (const scene of [...arrivals.map((one) => [one]), ...scenes]) await playScene(scene, stage, steps)
  } finally {
    ending.abort()
    await operators
    api.close()
    await steps.run('end', 'End', async () => `${await cluster.stop()} processes ended`).catch(() => cluster.stop())
  }
}

/** Acts beside each other; each is told after the one before it. */
async function playScene(scene: readonly Act[], stage: Stage, steps: Steps): Promise<void> {
  let told: Promise<unknown> = Promise.resolve()
  await together(scene.map(({ id, title, play }) => {
    const before = told
    return told = steps.run(id, title, async () => {
      const outcome = await play(stage)
      await before
      return outcome
    })
  }))
}

interface Definitions {
  /** From packages, at the time of the drill. */
  readonly known: readonly Definition[]
  /** Of kinds that no package has: taken without a schema. */
  readonly open: ReadonlyMap<string, Definition>
}

/** The definitions that the tree needs; found while the control plane comes up. */
async function definitionsFor(root: string, helm: string): Promise<Definitions> {
  const manifests = (await renderAll(root, releases(root), helm)).flatMap((one) => one.manifests)
  const known = definitionsOf((await schemas()).definitions, new Set(manifests.map(groupKind)))
  const have = new Set(known.map(({ spec }) => `${spec.group} ${spec.names.kind}`))
  const builtIn = /^( |apps |batch |policy |autoscaling |networking\.k8s\.io |scheduling\.k8s\.io |rbac\.authorization\.k8s\.io )/
  const unknown = manifests.filter((manifest) => !have.has(groupKind(manifest)) && !builtIn.test(groupKind(manifest)))
  return { known, open: new Map(unknown.map((manifest) => [groupKind(manifest), openDefinition(manifest)])) }
}

async function installDefinitions({ api, cluster: { kubectl } }: Stage, { known, open }: Definitions): Promise<string> {
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } }])
  await install(api, [...known, ...open.values()])
  return `${known.length} from packages; without a schema: ${[...open.keys()].map((name) => name.split(' ')[1]).sort().join(', ')}`
}

/** As gitops/README.md says it: helm template root gitops/bootstrap | kubectl apply -f - */
async function bootstrap({ cluster, repository }: Stage): Promise<string> {
  const args = ['template', 'root', 'gitops/bootstrap', '--namespace', 'argocd', '--set', `repoURL=${repository.url}`, '--set', 'platform.charts=false']
  const { stdout } = await promisify(execFile)(cluster.plane.tools.helm, args, { cwd: repository.root, maxBuffer: 16 * 1024 * 1024 })
  await cluster.kubectl.must(['apply', '--server-side', '-n', 'argocd', '-f', '-'], stdout)
  return 'helm template root gitops/bootstrap | kubectl apply -f -'
}
