import { nameOf } from '../render/manifest.ts'
import type { Policy } from './policy.ts'

interface Scaler { scaleTargetRef?: { name?: string, kind?: string }, minReplicas?: number, maxReplicas?: number, minReplicaCount?: number, maxReplicaCount?: number, triggers?: Array<{ type?: string }> }

/** Topics have eight partitions (see KafkaTopic in gitops/platform/data): a ninth replica would idle. */
const partitions = 8

export const scaling: readonly Policy[] = [
  {
    name: 'one-autoscaler-for-each-workload',
    says: 'A workload has an autoscaler on CPU and memory or one on lag, never both, and no replica count that would fight it.',
    broken: ({ release, manifests }) => release.chart !== 'charts/prep-service' ? [] : manifests
      .filter(({ kind }) => kind === 'Deployment' || kind === 'Rollout')
      .flatMap((workload) => {
        const scalers = manifests.filter(({ kind, spec }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind)
          && (spec as Scaler | undefined)?.scaleTargetRef?.name === workload.metadata.name
          && ((spec as Scaler).scaleTargetRef?.kind ?? 'Deployment') === workload.kind)
        return [
          ...(scalers.length === 1 ? [] : [`${nameOf(workload)} has ${scalers.length} autoscalers`]),
          ...(workload.spec?.['replicas'] === undefined ? [] : [`${nameOf(workload)} sets replicas, which its autoscaler would fight`]),
        ]
      }),
  },
  {
    name: 'consumers-have-no-idle-replica',
    says: 'What scales on lag has at most as many replicas as its topics have partitions.',
    broken: ({ manifests }) => manifests.filter(({ kind }) => kind === 'ScaledObject').flatMap((manifest) => {
      const { maxReplicaCount = 100, minReplicaCount = 0 } = (manifest.spec ?? {}) as Scaler
      return [
        ...(maxReplicaCount <= partitions ? [] : [`${nameOf(manifest)} goes up to ${maxReplicaCount} replicas for ${partitions} partitions`]),
        ...(minReplicaCount >= 1 ? [] : [`${nameOf(manifest)} goes down to no replica: its relay would stop`]),
      ]
    }),
  },
  {
    name: 'consumers-roll',
    says: 'What consumes events is no Rollout: a canary would share the consumer group and get real messages.',
    broken: ({ manifests }) => {
      const onLag = new Set(manifests.filter(({ kind }) => kind === 'ScaledObject').map(({ spec }) => (spec as Scaler | undefined)?.scaleTargetRef?.name))
      return manifests.filter(({ kind, metadata }) => kind === 'Rollout' && onLag.has(metadata.name)).map((manifest) => `${nameOf(manifest)} consumes events`)
    },
  },
]
