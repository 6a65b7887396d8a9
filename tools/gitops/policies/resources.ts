import { eachContainer, servingPods } from './pods.ts'
import type { Policy } from './policy.ts'

/** Seconds that a Go duration of one unit (`20s`, `1m`) lasts. */
function seconds(duration: string | undefined): number {
  const [, amount = '0', unit = 's'] = /^(\d+)(s|m)?$/.exec(duration ?? '') ?? []
  return Number(amount) * (unit === 'm' ? 60 : 1)
}

export const resources: readonly Policy[] = [
  {
    name: 'containers-have-requests-and-limits',
    says: 'A container requests CPU and memory, and has a limit of both.',
    broken: (rendered) => eachContainer(rendered, ({ resources: given }) => (['requests', 'limits'] as const).flatMap((kind) =>
      ['cpu', 'memory'].filter((name) => given?.[kind]?.[name] === undefined).map((name) => `has no ${name} among its ${kind}`))),
  },
  {
    name: 'pods-have-time-to-end',
    says: "A pod's grace is longer than leaving the proxies and draining its sidecar take together.",
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, spec, annotations }) => {
      const leave = spec.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0
      const needed = leave + seconds(annotations['dapr.io/block-shutdown-duration']) + Number(annotations['dapr.io/graceful-shutdown-seconds'] ?? 0)
      const grace = spec.terminationGracePeriodSeconds ?? 0
      return [
        ...(leave > 0 ? [] : [`${owner} ends before the proxies have heard of it (no preStop sleep)`]),
        ...(grace > needed ? [] : [`${owner} has ${grace} s to end and needs more than ${needed} s`]),
      ]
    }),
  },
  {
    name: 'replicas-are-spread',
    says: 'Replicas are spread over zones, and kept apart on nodes.',
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, spec }) => [
      ...(spec.topologySpreadConstraints?.some(({ topologyKey }) => topologyKey === 'topology.kubernetes.io/zone') === true ? [] : [`${owner} is not spread over zones`]),
      ...(spec.affinity?.podAntiAffinity === undefined ? [`${owner} has no anti-affinity`] : []),
    ]),
  },
]
