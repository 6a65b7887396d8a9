import { nameOf, type Manifest } from '../render/manifest.ts'
import type { Policy } from './policy.ts'

const ofServices = 'charts/prep-service'
const standard = ['app.kubernetes.io/name', 'app.kubernetes.io/component', 'app.kubernetes.io/instance', 'app.kubernetes.io/part-of', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version', 'prep/environment']
const wave = 'argocd.argoproj.io/sync-wave'

/** Identities, secrets and network, then migrations, then what runs. */
function waveOf({ kind }: Manifest): string | undefined {
  if (['NetworkPolicy', 'ServiceAccount', 'ExternalSecret', 'PeerAuthentication', 'AuthorizationPolicy', 'AnalysisTemplate'].includes(kind)) return '-2'
  if (kind === 'Job') return '-1'
  return kind === 'Pod' ? undefined : '0'
}

export const order: readonly Policy[] = [
  {
    name: 'resources-have-names',
    says: 'A resource has a name, and no other of its kind in the release has the same.',
    broken: ({ manifests }) => {
      const seen = new Set<string>()
      return manifests.flatMap((manifest) => {
        const { name, namespace = '' } = manifest.metadata as { name?: string, namespace?: string }
        const known = `${namespace} ${nameOf(manifest)}`
        const twice = seen.has(known)
        seen.add(known)
        return name === undefined ? [`${manifest.kind} has no name`] : twice ? [`${nameOf(manifest)} is there twice`] : []
      })
    },
  },
  {
    name: 'sync-waves-in-order',
    says: "A service's identities, secrets and network come in wave -2, its migration in -1, what runs in 0.",
    broken: ({ release, manifests }) => release.chart !== ofServices ? [] : manifests
      .filter((manifest) => waveOf(manifest) !== manifest.metadata.annotations?.[wave])
      .map((manifest) => `${nameOf(manifest)} is in wave ${manifest.metadata.annotations?.[wave] ?? 'none'} and not in ${waveOf(manifest)}`),
  },
  {
    name: 'resources-bear-the-standard-labels',
    says: "Everything of a service bears the same labels: whose it is, of which release and environment.",
    broken: ({ release, manifests }) => {
      if (release.chart !== ofServices) return []
      const workload = manifests.find(({ kind }) => kind === 'Deployment' || kind === 'Rollout')
      const wanted = standard.filter((label) => label !== 'app.kubernetes.io/version' || workload?.metadata.labels?.[label] !== undefined)
      return manifests.flatMap((manifest) => {
        const labels = manifest.metadata.labels ?? {}
        const missing = wanted.filter((label) => labels[label] === undefined || (label !== 'app.kubernetes.io/component' && labels[label] !== workload?.metadata.labels?.[label]))
        const foreign = Object.keys(labels).filter((label) => label.startsWith('argocd.'))
        return [...missing.map((label) => `${nameOf(manifest)} has no label ${label}, or another`), ...foreign.map((label) => `${nameOf(manifest)} has the annotation ${label} among its labels`)]
      })
    },
  },
  {
    name: 'migrations-run-once-before-the-app',
    says: 'A migration is a Job in the sync, run anew each time, without a sidecar, and it ends.',
    broken: ({ release, manifests }) => release.chart !== ofServices ? [] : manifests.filter(({ kind }) => kind === 'Job').flatMap((job) => {
      const notes = job.metadata.annotations ?? {}
      const spec = (job.spec ?? {}) as { activeDeadlineSeconds?: number, backoffLimit?: number, template?: { metadata?: { annotations?: Record<string, string> } } }
      return [
        notes['argocd.argoproj.io/hook'] !== 'Sync' && 'is no hook of the sync',
        notes['argocd.argoproj.io/hook-delete-policy'] !== 'BeforeHookCreation' && 'is not removed before the next one',
        spec.template?.metadata?.annotations?.['dapr.io/enabled'] !== 'false' && 'would get a sidecar and never end',
        spec.activeDeadlineSeconds === undefined && 'has no deadline',
        spec.backoffLimit === undefined && 'is tried for ever',
      ].filter((text) => text !== false).map((text) => `${nameOf(job)} ${text}`)
    }),
  },
]
