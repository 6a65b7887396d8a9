import type { Manifest } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'
import { servingPods } from './pods.ts'
import type { Policy } from './policy.ts'

interface BudgetSpec { minAvailable?: unknown, maxUnavailable?: number, unhealthyPodEvictionPolicy?: string, selector?: { matchLabels?: Record<string, string> } }

/** How few replicas a workload may come down to: what its autoscaler says, else its own count. */
function fewestReplicas({ manifests }: Rendered, owner: string): number {
  const [kind, name] = owner.split('/')
  for (const { kind: scaler, spec = {} } of manifests) {
    const target = spec['scaleTargetRef'] as { name?: string } | undefined
    if (target?.name !== name) continue
    if (scaler === 'HorizontalPodAutoscaler') return Number(spec['minReplicas'] ?? 1)
    if (scaler === 'ScaledObject') return Number(spec['minReplicaCount'] ?? 0)
  }
  const workload = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
  return Number(workload?.spec?.['replicas'] ?? 1)
}

function budgetsOf({ manifests }: Rendered): Manifest[] {
  return manifests.filter(({ kind }) => kind === 'PodDisruptionBudget')
}

export const disruption: readonly Policy[] = [
  {
    name: 'replicas-have-a-disruption-budget',
    says: 'From two replicas on a workload has a disruption budget that selects exactly its pods; one replica has none, or no node could be drained.',
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, labels }) => {
      const wanted = ['app.kubernetes.io/name', 'app.kubernetes.io/component']
      const fits = (selector: Record<string, string> = {}): boolean =>
        Object.keys(selector).length === wanted.length && wanted.every((label) => labels[label] !== undefined && selector[label] === labels[label])
      const own = budgetsOf(rendered).filter(({ spec }) => fits((spec as BudgetSpec | undefined)?.selector?.matchLabels))
      const many = fewestReplicas(rendered, owner) > 1
      if (many && own.length !== 1) return [`${owner} has ${own.length} disruption budgets that select its pods, and not one`]
      return !many && own.length > 0 ? [`${owner} has one replica and a disruption budget`] : []
    }),
  },
  {
    name: 'disruption-budget-lets-nodes-drain',
    says: 'A disruption budget lets one pod go, and does not wait for a pod that is not ready anyway.',
    broken: (rendered) => budgetsOf(rendered).flatMap(({ metadata, spec }) => {
      const { maxUnavailable, unhealthyPodEvictionPolicy, minAvailable } = (spec ?? {}) as BudgetSpec
      return [
        ...(maxUnavailable === 1 && minAvailable === undefined ? [] : [`PodDisruptionBudget/${metadata.name} does not say maxUnavailable: 1`]),
        ...(unhealthyPodEvictionPolicy === 'AlwaysAllow' ? [] : [`PodDisruptionBudget/${metadata.name} holds back the drain for pods that are not ready`]),
      ]
    }),
  },
]
