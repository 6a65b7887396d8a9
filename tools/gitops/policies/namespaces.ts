import { isDenial, labelsOf, networkPolicies } from './network-policies.ts'
import type { Policy } from './policy.ts'

const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`

export const namespaces: readonly Policy[] = [
  {
    name: 'namespaces-enforce-pod-security',
    says: 'A namespace says which pod security standard it enforces; those of services and data enforce restricted.',
    broken: ({ manifests }) => manifests.filter(({ kind }) => kind === 'Namespace').flatMap(({ metadata: { name, labels = {} } }) => {
      const wanted = labels['prep/environment'] === undefined ? undefined : 'restricted'
      return ['enforce', 'warn'].filter((mode) => labels[label(mode)] === undefined || (wanted !== undefined && labels[label(mode)] !== wanted))
        .map((mode) => `Namespace/${name} does not ${mode} ${wanted ?? 'any pod security standard'}`)
    }),
  },
  {
    name: 'data-is-denied-by-default',
    says: 'In each namespace that holds data every pod is denied both ways, so that only named holes are open.',
    broken: (rendered) => rendered.manifests.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.['prep/holds'] === 'data').flatMap(({ metadata: { name } }) => {
      const denied = networkPolicies(rendered).some((policy) => policy.metadata.namespace === name && isDenial(policy) && labelsOf(policy.spec.podSelector).length === 0)
      return denied ? [] : [`Namespace/${name} is not denied everything by default`]
    }),
  },
]
