import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { tail } from '../../runtime/run-tool.ts'
import { GitopsError } from '../errors.ts'
import { moduleFolder } from '../modules.ts'
import type { Cluster } from './cluster.ts'

/**
 * Installs the Dapr chart of the pinned release with the platform's own values. Two things differ, because there is no
 * kubelet: scheduler and placement keep their data in memory (no volume is ever made), and the webhook that adds sidecars is
 * removed afterwards, because no injector answers it.
 */
export async function installDapr({ kubectl, plane }: Cluster, root: string): Promise<string> {
  const chart = join(await moduleFolder('dapr'), 'charts/dapr')
  const part = parse(readFileSync(join(root, 'gitops/platform/parts/dapr.yaml'), 'utf8')) as { version: string, namespace: string, values: Record<string, unknown> }
  const values = join(plane.home, 'dapr.values.yaml')
  writeFileSync(values, stringify(part.values))
  const args = ['install', 'dapr', chart, '--kubeconfig', plane.kubeconfig, '--namespace', part.namespace, '-f', values, '--set', 'dapr_scheduler.cluster.inMemoryStorage=true', '--set', 'dapr_placement.cluster.forceInMemoryLog=true', '--set', `global.tag=${part.version}`, '--wait', '--timeout', '60s']
  await promisify(execFile)(plane.tools.helm, args, { maxBuffer: 16 * 1024 * 1024 }).catch((error: unknown) => {
    throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: 'The Dapr chart could not be installed.', detail: tail((error as { stderr?: string }).stderr ?? String(error)), cause: error })
  })
  await kubectl.must(['patch', 'crd', 'subscriptions.dapr.io', '--type=json', '-p', '[{"op":"replace","path":"/spec/conversion","value":{"strategy":"None"}}]'])
  await kubectl.must(['delete', 'mutatingwebhookconfiguration', 'dapr-sidecar-injector'])
  const ready = await kubectl.list<{ metadata: { name: string } }>('deployments,statefulsets', part.namespace)
  return ready.map(({ metadata }) => metadata.name.replace(/^dapr-/, '')).join(', ')
}
