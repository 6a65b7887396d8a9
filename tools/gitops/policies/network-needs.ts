import type { Rendered } from '../render/render.ts'
import { holes, labelsOf, peerText, portText, type Hole } from './network-policies.ts'
import { podsOf, type Pod } from './pods.ts'
import type { Policy } from './policy.ts'

const dns = 'out 53/TCP 53/UDP namespace=kube-system: k8s-app=kube-dns'

/** One line a hole, whoever wrote it: `out 5432/TCP namespace=prep-prod-data: any pod`. */
function lineOf({ way, ports, peers }: Pick<Hole, 'way' | 'ports' | 'peers'>): string {
  return `${way} ${ports.map(portText).sort().join(' ')} ${peers.map(peerText).sort().join(' | ')}`
}

function variables(pod: Pod): Set<string> {
  return new Set(pod.spec.containers.flatMap(({ env = [] }) => env.map(({ name }) => name)))
}

/** Whether the ingress sends requests to it: then the ingress may come in, and nobody else from outside. */
function isPublic({ manifests }: Rendered): boolean {
  return manifests.some(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute')
}

/** What a pod must reach and be reached by, read from what it is: its sidecar, its variables, its monitors, the mesh. */
function needsOf(pod: Pod, rendered: Rendered): string[] {
  const { release, manifests } = rendered
  const data = `namespace=${release.namespace}-data: any pod`
  const port = pod.spec.containers[0]?.ports?.[0]?.containerPort
  const sidecar = pod.annotations['dapr.io/enabled'] === 'true'
  const inMesh = pod.labels['istio.io/dataplane-mode'] === 'ambient'
  const serves = pod.labels['app.kubernetes.io/component'] === 'service'
  const component = (name: string): string => `here: app.kubernetes.io/component=${name} app.kubernetes.io/name=${release.name}`
  const monitored = serves && manifests.some(({ kind }) => kind === 'ServiceMonitor')
  const sources = [release.namespace, 'monitoring', ...(isPublic(rendered) ? ['ingress'] : [])].sort().join(',')
  return [
    dns,
    ...(variables(pod).has('DATABASE_URL') ? [`out 5432/TCP ${data}`] : []),
    ...(sidecar ? ['out 6500/TCP namespace=dapr-system: app=dapr-operator', 'out 50001/TCP namespace=dapr-system: app=dapr-sentry'] : []),
    ...(sidecar && variables(pod).has('DATABASE_URL') ? [`out 9093/TCP ${data}`] : []),
    ...(monitored ? [`in ${port}/TCP ${sidecar ? '9090/TCP ' : ''}namespace=monitoring: app.kubernetes.io/name=prometheus`] : []),
    ...(serves && isPublic(rendered) ? [`in ${port}/TCP namespace=ingress: any pod`] : []),
    ...(serves && podsOf(rendered).some(({ kind }) => kind === 'Pod') ? [`in ${port}/TCP ${component('test')}`] : []),
    ...(serves && inMesh ? [`in 15008/TCP namespace In ${sources}: any pod`, `in ${port}/TCP ${sidecar ? '3501/TCP ' : ''}169.254.7.127/32`] : []),
  ]
}

/** A service's own settings name these: whom it calls, who calls it, what it needs from the internet. */
function isOfItsOwn(line: string): boolean {
  return /^(in|out) \d+\/TCP (here: |0\.0\.0\.0\/0 but )/.test(line) || /^out \d+\/TCP( \d+\/TCP)* 0\.0\.0\.0\/0 but /.test(line)
}

export const networkNeeds: readonly Policy[] = [
  {
    name: 'network-holes-are-what-pods-need',
    says: 'Each pod has exactly the holes that its sidecar, database, broker, monitors and mesh need, and those that its settings name.',
    broken: (rendered) => rendered.release.chart !== 'charts/prep-service' ? [] : podsOf(rendered).flatMap((pod) => {
      const own = holes(rendered).filter(({ pods }) => labelsOf(pods).every((label) => pod.labels[label.split('=')[0] ?? ''] === label.split('=')[1]))
      const given = new Map(own.map((hole) => [lineOf(hole), hole.policy]))
      const needed = needsOf(pod, rendered)
      return [
        ...needed.filter((line) => !given.has(line)).map((line) => `${pod.owner} needs a hole and has none: ${line}`),
        ...[...given].filter(([line]) => !needed.includes(line) && !isOfItsOwn(line)).map(([line, policy]) => `NetworkPolicy/${policy} opens what ${pod.owner} does not need: ${line}`),
      ]
    }),
  },
]
