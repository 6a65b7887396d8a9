import { isDenial, labelsOf, networkPolicies, holes, peerText, type Hole } from './network-policies.ts'
import { podsOf } from './pods.ts'
import type { Policy } from './policy.ts'

const ownLabels = ['app.kubernetes.io/component', 'app.kubernetes.io/name']

/** What a hole to the internet must leave out: every private and link-local range, where clusters and clouds keep theirs. */
const privateRanges = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']

function isService(chart: string): boolean {
  return chart === 'charts/prep-service'
}

function shapeOf({ policy, ports, peers, pods, way }: Hole): string[] {
  const within = peers.length > 0 && peers.every(({ podSelector, namespaceSelector }) => podSelector !== undefined && namespaceSelector === undefined && labelsOf(podSelector).length === 0) && labelsOf(pods).length === 0
  return [
    ...(ports.length === 0 && !within ? ['opens every port'] : []),
    ...ports.filter(({ port, protocol }) => port === undefined || protocol === undefined).map(() => 'has a port without its number or protocol'),
    ...(peers.length === 0 && !(way === 'out' && ports.every(({ port }) => port === 443 || port === 6443)) ? [`names nobody ${way === 'in' ? 'from' : 'to'} whom it opens`] : []),
    ...peers.filter((peer) => peer.ipBlock === undefined && /^(any namespace|here: any pod)/.test(peerText(peer)) && !within).map(() => 'opens to any namespace, or to every pod here'),
    ...peers.filter(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0').flatMap(({ ipBlock }) => privateRanges.filter((range) => ipBlock?.except?.includes(range) !== true).map((range) => `opens the internet without leaving out ${range}`)),
  ].map((text) => `NetworkPolicy/${policy} ${text}`)
}

export const networkForm: readonly Policy[] = [
  {
    name: 'pods-are-denied-by-default',
    says: 'For each pod one network policy denies both ways, so that only named holes are open.',
    broken: (rendered) => podsOf(rendered).filter(() => isService(rendered.release.chart)).flatMap(({ owner, labels }) => {
      const denied = networkPolicies(rendered).some((policy) => isDenial(policy)
        && ['Ingress', 'Egress'].every((type) => policy.spec.policyTypes?.includes(type) === true)
        && labelsOf(policy.spec.podSelector).every((label) => label.split('=')[1] === labels[label.split('=')[0] ?? '']))
      return denied ? [] : [`${owner} is not denied everything by default`]
    }),
  },
  {
    name: 'network-policies-say-both-ways',
    says: 'A network policy names the ways that it speaks of: both when it denies, exactly those of its rules when it opens.',
    broken: (rendered) => networkPolicies(rendered).flatMap((policy) => {
      const { metadata, spec } = policy
      const wanted = isDenial(policy) ? ['Ingress', 'Egress'] : [...(spec.ingress ? ['Ingress'] : []), ...(spec.egress ? ['Egress'] : [])]
      return wanted.join() === (spec.policyTypes ?? []).join() ? [] : [`NetworkPolicy/${metadata.name} says ${(spec.policyTypes ?? []).join(', ') || 'no policyTypes'} and not ${wanted.join(', ')}`]
    }),
  },
  {
    name: 'network-holes-are-narrow',
    says: 'A hole names its ports with their protocol, and who is on the other side; the internet never includes private ranges.',
    broken: (rendered) => holes(rendered).flatMap(shapeOf),
  },
  {
    name: 'network-policies-say-which-pods',
    says: 'A network policy says for which pods it is, if only that it is for all (an empty podSelector); values that it lists are names of resources beside it.',
    broken: (rendered) => networkPolicies(rendered).flatMap(({ metadata, spec }) => {
      const selector = spec.podSelector as typeof spec.podSelector | undefined
      const listed = (selector?.matchExpressions ?? []).find(({ key }) => key === 'app')?.values
      const named = rendered.manifests.filter(({ kind }) => kind.startsWith('Redis')).map(({ kind, metadata: { name } }) => kind === 'RedisSentinel' ? `${name}-sentinel` : name)
      return [
        ...(selector === undefined ? [`NetworkPolicy/${metadata.name} has no podSelector`] : []),
        ...(listed === undefined ? [] : named.filter((name) => !listed.includes(name)).map((name) => `NetworkPolicy/${metadata.name} leaves out ${name}`)),
      ]
    }),
  },
  {
    name: 'network-policies-select-one-kind-of-pod',
    says: "A service's network policies and their peers here name app and component, so that a migration has no hole of its service.",
    broken: (rendered) => !isService(rendered.release.chart) ? [] : networkPolicies(rendered).flatMap(({ metadata, spec }) => {
      const peers = [...(spec.ingress ?? []).flatMap(({ from = [] }) => from), ...(spec.egress ?? []).flatMap(({ to = [] }) => to)]
      const own = [spec.podSelector, ...peers.filter(({ namespaceSelector, ipBlock }) => namespaceSelector === undefined && ipBlock === undefined).map(({ podSelector }) => podSelector)]
      return own.filter((selector) => Object.keys(selector?.matchLabels ?? {}).sort().join() !== ownLabels.join()).map(() => `NetworkPolicy/${metadata.name} selects by other labels than app and component`)
    }),
  },
]
