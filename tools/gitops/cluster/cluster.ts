import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePortBase } from '../../runtime/port-block.ts'
import { endProcess, ProcessRecords } from '../../runtime/process-record.ts'
import type { Part } from '../../runtime/part.ts'
import type { Progress, Steps } from '../../runtime/steps.ts'
import { together } from '../../runtime/steps.ts'
import { moduleFolder } from '../modules.ts'
import { toolNames, type ToolName } from '../tool-list.ts'
import { gitopsTools } from '../tools.ts'
import { makeCertificates } from './certificates.ts'
import { apiServer, controllerManager, etcd, kwok, portOf, scheduler, type ControlPlane } from './control-plane.ts'
import { Kubectl } from './kubectl.ts'
import { writeKubeconfig } from './kubeconfig.ts'

/** A real Kubernetes API on loopback: etcd, API server, controllers and scheduler as plain processes, kwok for kubelets. */
export interface Cluster {
  readonly plane: ControlPlane
  readonly kubectl: Kubectl
  /** For what runs beside the control plane: started parts are ended with it. */
  add(part: Part): Part
  /** Ends every process by its record, API server and store last, and removes the data. Returns how many were ended. */
  stop(): Promise<number>
}

/**
 * Has tools, certificates and ports for a control plane in `home`, after ending what an earlier run left there.
 * @throws RuntimeError RT_INSTALL_FAILED, RT_INTERRUPTED; GitopsError GITOPS_PREREQUISITE_MISSING
 */
export async function prepareCluster(home: string, steps: Steps): Promise<ControlPlane> {
  await endLeftovers(home)
  let plane: ControlPlane | undefined
  await steps.run('tools', 'Tools from the cache', async (progress) => void (plane = await prepare(home, progress, steps.signal)))
  return plane!
}

/**
 * Starts the control plane.
 * @throws RuntimeError RT_PART_FAILED, RT_PART_TIMEOUT, RT_INTERRUPTED
 */
export async function startCluster(ready: ControlPlane, steps: Steps): Promise<Cluster> {
  const { signal } = steps
  const { home } = ready
  const parts: Part[] = []
  const cluster: Cluster = {
    plane: ready,
    kubectl: new Kubectl(ready.tools.kubectl, ready.kubeconfig),
    add: (part) => (parts.push(part), part),
    stop: () => stopAll(home, parts),
  }
  try {
    await steps.run('control-plane', 'Control plane', async () => {
      await cluster.add(etcd(ready)).start(signal)
      await cluster.add(apiServer(ready)).start(signal)
      await together([controllerManager(ready), scheduler(ready), kwok(ready)].map((part) => cluster.add(part).start(signal)))
      await makeNodes(cluster.kubectl)
      return `Kubernetes ${await cluster.kubectl.serverVersion()} on 127.0.0.1:${portOf(ready.base).api}, three nodes in three zones`
    })
    return cluster
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function prepare(home: string, progress: Progress, signal: AbortSignal): Promise<ControlPlane> {
  const names = toolNames().filter((name) => name !== 'promtool' && name !== 'amtool')
  const tools = await gitopsTools(names, progress, signal) as Record<ToolName, string>
  const stage = join(await moduleFolder('kwok', progress, signal), 'kustomize/stage')
  mkdirSync(home, { recursive: true })
  const base = await findFreePortBase()
  const certificates = makeCertificates(join(home, 'certificates'))
  const kubeconfig = join(home, 'kubeconfig')
  writeKubeconfig(kubeconfig, `https://127.0.0.1:${portOf(base).api}`, certificates)
  const stages = ['node/fast', 'node/heartbeat', 'pod/fast'].flatMap((folder) => readdirSync(join(stage, folder))
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml').map((file) => join(stage, folder, file)))
  return { home, records: new ProcessRecords(home), tools, certificates, kubeconfig, base, stages }
}

/** Three nodes, so that spreading over zones means something. */
async function makeNodes(kubectl: Kubectl): Promise<void> {
  const capacity = { cpu: '64', memory: '256Gi', pods: '500' }
  await kubectl.apply(['a', 'b', 'c'].map((zone) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${zone}`, labels: { 'topology.kubernetes.io/zone': `zone-${zone}`, 'kubernetes.io/hostname': `node-${zone}`, 'kubernetes.io/os': 'linux' } },
    status: { capacity, allocatable: capacity },
  })))
}

async function stopAll(home: string, parts: readonly Part[]): Promise<number> {
  const outcomes: string[] = []
  // The store is started first and the API server second: they go last, after all that asks them.
  for (const group of [parts.slice(2), parts.slice(1, 2), parts.slice(0, 1)]) outcomes.push(...await Promise.all(group.map((part) => part.stop())))
  await endLeftovers(home)
  return outcomes.filter((outcome) => outcome !== 'gone').length
}

/** What a killed run left running is ended by its records; its data goes too, its logs stay until then. */
async function endLeftovers(home: string): Promise<void> {
  const records = new ProcessRecords(home)
  for (const record of records.all()) {
    await endProcess(record)
    records.remove(record.part)
  }
  for (const folder of ['etcd', 'run', 'certificates', 'kubeconfig']) rmSync(join(home, folder), { recursive: true, force: true })
}
