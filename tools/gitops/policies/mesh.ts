import type { Policy } from './policy.ts'
import { servingPods } from './pods.ts'

interface MeshSpec { mtls?: { mode?: string }, action?: string, rules?: Array<{ from?: Array<{ source?: { principals?: string[] } }>, to?: unknown[] }> }

/** Gateway to service is the one hop without Dapr's mutual TLS: the mesh has to give it where it counts. */
export const mesh: readonly Policy[] = [
  {
    name: 'plain-hop-is-mutual-tls',
    says: 'In staging and prod a service takes only mutual TLS of the mesh, from callers by name.',
    broken: ({ release, manifests, text }) => {
      if (release.chart !== 'charts/prep-service' || release.environment === 'dev') return []
      const of = (kind: string): MeshSpec | undefined => manifests.find((manifest) => manifest.kind === kind)?.spec
      const rules = of('AuthorizationPolicy')?.rules ?? []
      const principals = rules.flatMap(({ from = [] }) => from.flatMap(({ source }) => source?.principals ?? []))
      const outside = servingPods({ release, manifests, text }).filter(({ labels }) => labels['istio.io/dataplane-mode'] !== 'ambient').map(({ owner }) => `${owner} is not in the mesh`)
      return [
        ...outside,
        ...(of('PeerAuthentication')?.mtls?.mode === 'STRICT' ? [] : [`${release.name} has no PeerAuthentication with mode STRICT`]),
        ...(of('AuthorizationPolicy')?.action === 'ALLOW' && rules.length > 0 ? [] : [`${release.name} has no AuthorizationPolicy that names its callers`]),
        ...(rules.some(({ from = [], to = [] }) => from.length === 0 || to.length === 0) ? [`${release.name} lets anybody in by a rule without callers or ports`] : []),
        ...principals.filter((principal) => principal.includes('*')).map((principal) => `${release.name} lets in ${principal}`),
      ]
    },
  },
]
