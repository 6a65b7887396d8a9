import type { Manifest } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'

export interface Selector { matchLabels?: Record<string, string> | null, matchExpressions?: Array<{ key: string, operator: string, values?: string[] }> }
export interface Peer { namespaceSelector?: Selector, podSelector?: Selector, ipBlock?: { cidr: string, except?: string[] } }
export interface Port { port?: number | string, protocol?: string, endPort?: number }
interface Rule { ports?: Port[], from?: Peer[], to?: Peer[] }

export interface NetworkPolicySpec { podSelector: Selector, policyTypes?: string[], ingress?: Rule[], egress?: Rule[] }

/** One rule of a network policy: for which pods, which way, which ports, to or from whom. */
export interface Hole {
  readonly policy: string
  readonly pods: Selector
  readonly way: 'in' | 'out'
  readonly ports: readonly Port[]
  readonly peers: readonly Peer[]
}

export function networkPolicies({ manifests }: Rendered): Array<Manifest & { spec: NetworkPolicySpec }> {
  return manifests.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as Array<Manifest & { spec: NetworkPolicySpec }>
}

export function holes(rendered: Rendered): Hole[] {
  return networkPolicies(rendered).flatMap(({ metadata, spec }) => [
    ...(spec.ingress ?? []).map(({ ports, from }) => hole(metadata.name, spec, 'in', ports, from)),
    ...(spec.egress ?? []).map(({ ports, to }) => hole(metadata.name, spec, 'out', ports, to)),
  ])
}

function hole(policy: string, spec: NetworkPolicySpec, way: Hole['way'], ports: Port[] = [], peers: Peer[] = []): Hole {
  return { policy, pods: spec.podSelector, way, ports, peers }
}

/** A policy that opens nothing. */
export function isDenial({ spec }: { spec: NetworkPolicySpec }): boolean {
  return spec.ingress === undefined && spec.egress === undefined
}

/** Labels that a selector asks for, one way to write each. */
export function labelsOf(selector: Selector | undefined): string[] {
  const single = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const several = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => `${key} ${operator} ${[...values].sort().join(',')}`.trim())
  return [...single, ...several].sort()
}

/** A peer in one line: `kube-system: k8s-app=kube-dns`, `here: ...`, `0.0.0.0/0 but ...`. */
export function peerText({ namespaceSelector, podSelector, ipBlock }: Peer): string {
  if (ipBlock !== undefined) return `${ipBlock.cidr}${(ipBlock.except ?? []).length > 0 ? ` but ${[...ipBlock.except ?? []].sort().join(', ')}` : ''}`
  const namespace = namespaceSelector === undefined ? 'here' : labelsOf(namespaceSelector).join(' ').replaceAll('kubernetes.io/metadata.name', 'namespace')
  return `${namespace || 'any namespace'}: ${labelsOf(podSelector).join(' ') || 'any pod'}`
}

export function portText({ port, protocol }: Port): string {
  return `${port}/${protocol}`
}
