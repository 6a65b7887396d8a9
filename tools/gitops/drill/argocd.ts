import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { program, redis as wantedRedis } from '../../runtime/debian-package.ts'
import { Part, type PartSpec } from '../../runtime/part.ts'
import { answersOk, connects } from '../../runtime/probe.ts'
import { together } from '../../runtime/steps.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { roomy } from '../cluster/control-plane.ts'
import { moduleFolder } from '../modules.ts'
import { argocdVersion } from '../tool-list.ts'

const portsFrom = (base: number) => ({
  redis: base + 20, repo: base + 21, repoMetrics: base + 22, controllerMetrics: base + 23,
  setMetrics: base + 24, setProbe: base + 25, setWebhook: base + 26, server: base + 27, serverMetrics: base + 28,
})

/**
 * A whole Argo CD beside the control plane, a process for each component, as in its own manifests; its CRDs are expected
 * to be there. Its time-outs are those of a drill: it heals after a second, and looks again when it is told of a commit.
 */
export async function startArgocd(cluster: Cluster, root: string, signal: AbortSignal): Promise<string> {
  const module = await moduleFolder('argo-cd')
  await configure(cluster, module, root)
  const spec = await specs(cluster, module)
  await cluster.add(part(cluster, spec.redis)).start(signal)
  await together([spec.repo, spec.controller, spec.sets, spec.server].map((one) => cluster.add(part(cluster, one)).start(signal)))
  return `Argo CD ${argocdVersion}: repo-server, application-controller, applicationset-controller, server, Redis`
}

/** Address of argocd-server, which serves the API of people and of the command line. */
export function serverUrl({ plane }: Cluster): string {
  return `http://127.0.0.1:${portsFrom(plane.base).server}`
}

function part({ plane }: Cluster, spec: PartSpec): Part {
  return new Part(spec, () => spec, plane.home, plane.records)
}

/** As Argo CD's own installation does, and then as gitops/README.md says. */
async function configure({ kubectl }: Cluster, module: string, root: string): Promise<void> {
  const folder = join(module, 'manifests/base/config')
  const files = ['argocd-cm', 'argocd-cmd-params-cm', 'argocd-gpg-keys-cm', 'argocd-rbac-cm', 'argocd-secret', 'argocd-ssh-known-hosts-cm', 'argocd-tls-certs-cm']
  const resources = files.flatMap((file) => parseAllDocuments(readFileSync(join(folder, `${file}.yaml`), 'utf8')).map((document) => document.toJS() as object))
  await kubectl.apply(resources, ['-n', 'argocd'])
  await kubectl.must(['patch', 'configmap', 'argocd-cm', '-n', 'argocd', '--patch-file', join(root, 'gitops/bootstrap/argocd-cm.patch.yaml')])
}

/** What the repo-server runs by name: git, helm, and its own wrapper, which loses its run bit in the module. */
function toolFolder({ plane }: Cluster, module: string): string {
  const folder = join(plane.home, 'argocd-bin')
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(module, 'hack/git-verify-wrapper.sh'), join(folder, 'git-verify-wrapper.sh'))
  chmodSync(join(folder, 'git-verify-wrapper.sh'), 0o755)
  return [folder, dirname(plane.tools.helm), process.env['PATH']].join(delimiter)
}

function environment(cluster: Cluster, module: string, component: string): NodeJS.ProcessEnv {
  const { home, kubeconfig } = cluster.plane
  const own = (name: string): string => {
    const folder = join(home, 'argocd', component, name)
    mkdirSync(folder, { recursive: true })
    return folder
  }
  return {
    PATH: toolFolder(cluster, module), HOME: own('home'), TMPDIR: own('tmp'), KUBECONFIG: kubeconfig,
    ARGOCD_BINARY_NAME: `argocd-${component}`, ARGOCD_FAKE_IN_CLUSTER: 'true', ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: own('tls'), ARGOCD_SSH_DATA_PATH: own('ssh'), ARGOCD_GNUPGHOME: own('gpg'), ARGOCD_PLUGINSOCKFILEPATH: own('plugins'),
    // Between waves it sleeps 2 s each, for controllers that are behind; what it waits for are the healths.
    ARGOCD_SYNC_WAVE_DELAY: '0', ...roomy, ARGOCD_K8S_CLIENT_QPS: '1000', ARGOCD_K8S_CLIENT_BURST: '2000',
    // What changes in a crowd is compared once; nobody reads its events; Redis is on the same machine.
    ARGOCD_CLUSTER_CACHE_EVENTS_PROCESSING_INTERVAL: '250ms', ARGOCD_ENABLE_K8S_EVENT: 'none', REDIS_COMPRESSION: 'none', ARGOCD_GIT_MODULES_ENABLED: 'false',
    GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*',
  }
}

async function specs(cluster: Cluster, module: string): Promise<Record<'redis' | 'repo' | 'controller' | 'sets' | 'server', PartSpec>> {
  const { plane } = cluster
  const ports = portsFrom(plane.base)
  const { command, env } = await program(wantedRedis)
  const [repo, store] = [`127.0.0.1:${ports.repo}`, `127.0.0.1:${ports.redis}`]
  const ofKubernetes = ['--kubeconfig', plane.kubeconfig, '--namespace', 'argocd']
  const component = (name: string, used: readonly number[], args: readonly string[], isReady: () => Promise<boolean>): PartSpec => ({
    name: `argocd-${name}`, version: argocdVersion, command: plane.tools.argocd, args: [...args, '--loglevel', 'warn'], cwd: plane.home,
    env: environment(cluster, module, name), ports: used, isReady, stopTimeoutMs: 3000, startTimeoutMs: 60_000,
  })
  return {
    redis: {
      name: 'redis', version: 'any', command, args: ['--port', String(ports.redis), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], cwd: plane.home,
      env: { ...process.env, ...env }, ports: [ports.redis], isReady: () => connects(ports.redis), stopTimeoutMs: 3000,
    },
    repo: component('repo-server', [ports.repo, ports.repoMetrics], [
      '--address', '127.0.0.1', '--port', String(ports.repo), '--metrics-address', '127.0.0.1', '--metrics-port', String(ports.repoMetrics),
      // With a longer one an ApplicationSet works on the commit before and quietly makes no Applications.
      '--redis', store, '--disable-tls', '--client-ca-path', '', '--revision-cache-expiration', '1s',
    ], () => connects(ports.repo)),
    controller: component('application-controller', [ports.controllerMetrics], [
      ...ofKubernetes, '--repo-server', repo, '--repo-server-plaintext', '--redis', store, '--metrics-port', String(ports.controllerMetrics),
      // Commits are told to it and drift is watched: looking at everything in between would be most of the work.
      '--app-resync', '600', '--app-resync-jitter', '0', '--self-heal-timeout-seconds', '1',
      // By default a render that fails is kept quiet for three minutes.
      '--repo-error-grace-period-seconds', '0',
    ], () => answersOk(`http://127.0.0.1:${ports.controllerMetrics}/healthz`)),
    sets: component('applicationset-controller', [ports.setMetrics, ports.setProbe, ports.setWebhook], [
      ...ofKubernetes, '--argocd-repo-server', repo, '--repo-server-plaintext',
      '--metrics-addr', `127.0.0.1:${ports.setMetrics}`, '--probe-addr', `127.0.0.1:${ports.setProbe}`, '--webhook-addr', `127.0.0.1:${ports.setWebhook}`,
    ], () => connects(ports.setMetrics)),
    server: component('server', [ports.server, ports.serverMetrics], [
      ...ofKubernetes, '--address', '127.0.0.1', '--port', String(ports.server), '--metrics-port', String(ports.serverMetrics),
      '--repo-server', repo, '--repo-server-plaintext', '--redis', store, '--insecure', '--disable-auth',
    ], () => answersOk(`http://127.0.0.1:${ports.server}/healthz`)),
  }
}
