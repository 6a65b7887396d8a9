import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { Part, type PartSpec } from '../../runtime/part.ts'
import { answersOk } from '../../runtime/probe.ts'
import type { ProcessRecords } from '../../runtime/process-record.ts'
import { kubernetesVersion, type ToolName } from '../tool-list.ts'
import type { Certificates } from './certificates.ts'

/** What the processes of one control plane share. */
export interface ControlPlane {
  /** Folder of data, logs and records. */
  readonly home: string
  readonly records: ProcessRecords
  readonly tools: Readonly<Record<ToolName, string>>
  readonly certificates: Certificates
  readonly kubeconfig: string
  /** Everything listens on 127.0.0.1, from this port on. */
  readonly base: number
  /** kwok's own rules for how nodes and pods come and go. */
  readonly stages: readonly string[]
}

export const portOf = (base: number) => ({ etcd: base, etcdPeer: base + 1, api: base + 2, controllers: base + 3, scheduler: base + 4, kwok: base + 5 })

/** For a run of a minute memory is cheaper than collecting it, which was a sixth of the work: only the largest ever comes to its limit. */
export const roomy = { GOGC: 'off', GOMEMLIMIT: '2GiB' }

/** By default controllers hold back at 20 requests a second, for the sake of a server that others need too. */
const unthrottled = ['--kube-api-qps=1000', '--kube-api-burst=2000']

/** Ended at once: its data goes with it, and a clean end of the API server alone takes a second. */
function part({ home, records, tools }: ControlPlane, name: ToolName, ports: readonly number[], args: readonly string[], isReady: () => Promise<boolean>): Part {
  const spec: PartSpec = { name, version: kubernetesVersion, command: tools[name], args, cwd: home, env: { ...process.env, ...roomy }, ports, isReady, stopSignal: 'SIGKILL', startTimeoutMs: 60_000 }
  return new Part(spec, () => spec, home, records)
}

export function etcd(plane: ControlPlane): Part {
  const { etcd: client, etcdPeer } = portOf(plane.base)
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${etcdPeer}`]
  return part(plane, 'etcd', [client, etcdPeer], [
    '--data-dir', join(plane.home, 'etcd'), '--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl,
    '--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`,
    // The data lives as long as the run: nothing is lost when it is not on the disk.
    '--unsafe-no-fsync', '--log-level', 'warn',
  ], () => answersOk(`${clientUrl}/health`))
}

export function apiServer(plane: ControlPlane): Part {
  const { api, etcd: store } = portOf(plane.base)
  const { authority, server, tokens } = plane.certificates
  return part(plane, 'kube-apiserver', [api], [
    `--etcd-servers=http://127.0.0.1:${store}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${api}`,
    '--endpoint-reconciler-type=none', '--allow-privileged=true', '--enable-priority-and-fairness=false', '--authorization-mode=Node,RBAC', '--service-cluster-ip-range=10.96.0.0/16',
    `--client-ca-file=${authority}`, `--tls-cert-file=${server.certificate}`, `--tls-private-key-file=${server.key}`,
    '--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${tokens.publicKey}`, `--service-account-signing-key-file=${tokens.key}`,
  ], () => apiIsReady(plane, api))
}

export function controllerManager(plane: ControlPlane): Part {
  const { controllers } = portOf(plane.base)
  return part(plane, 'kube-controller-manager', [controllers], [
    `--kubeconfig=${plane.kubeconfig}`, '--bind-address=127.0.0.1', `--secure-port=${controllers}`, '--leader-elect=false',
    // Nobody measures CPU here, so nobody scales by it.
    '--controllers=*,-nodeipam,-cloud-node-lifecycle,-service-lb-controller,-node-route-controller,-horizontal-pod-autoscaler-controller',
    ...unthrottled, `--service-account-private-key-file=${plane.certificates.tokens.key}`, `--root-ca-file=${plane.certificates.authority}`,
  ], () => connectsSecurely(controllers, '/healthz'))
}

export function scheduler(plane: ControlPlane): Part {
  const { scheduler: port } = portOf(plane.base)
  return part(plane, 'kube-scheduler', [port], [
    `--kubeconfig=${plane.kubeconfig}`, '--bind-address=127.0.0.1', `--secure-port=${port}`, '--leader-elect=false', ...unthrottled,
  ], () => connectsSecurely(port, '/healthz'))
}

/** Stands for every kubelet: nodes are alive, and each pod that is scheduled is called ready at once. */
export function kwok(plane: ControlPlane): Part {
  const { kwok: port } = portOf(plane.base)
  return part(plane, 'kwok', [port], [
    `--kubeconfig=${plane.kubeconfig}`, '--manage-all-nodes=true', `--server-address=127.0.0.1:${port}`, ...plane.stages.map((file) => `--config=${file}`),
  ], () => answersOk(`http://127.0.0.1:${port}/healthz`))
}

function apiIsReady({ certificates: { authority, admin } }: ControlPlane, port: number): Promise<boolean> {
  return answers({ port, path: '/readyz', ca: readFileSync(authority), cert: readFileSync(admin.certificate), key: readFileSync(admin.key) })
}

/** These two sign their certificates themselves, on loopback. */
function connectsSecurely(port: number, path: string): Promise<boolean> {
  return answers({ port, path, rejectUnauthorized: false })
}

function answers(options: { port: number, path: string, ca?: Buffer, cert?: Buffer, key?: Buffer, rejectUnauthorized?: boolean }): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', agent: false, timeout: 2000, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}
