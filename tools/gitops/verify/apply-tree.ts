import type { Kubectl } from '../cluster/kubectl.ts'
import { groupKind } from '../cluster/definitions.ts'
import { GitopsError } from '../errors.ts'
import type { Manifest } from '../render/manifest.ts'
import { nameOf } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'

/** Kinds of Kubernetes that belong to no namespace. */
const clusterKinds = new Set(['Namespace', 'ClusterIssuer', 'ClusterSecretStore', 'ClusterTriggerAuthentication', 'PriorityClass', 'ClusterRole', 'ClusterRoleBinding'])

export interface Applied {
  readonly resources: number
  /** Kinds that the API server does not know, because their definitions cannot be had. */
  readonly leftOut: readonly string[]
}

/** What a release would put where, with the namespace that Helm or Argo CD would give it written down. */
export function resourcesOf(rendered: readonly Rendered[]): Manifest[] {
  return rendered.flatMap(({ release, manifests }) => manifests.map((manifest) => clusterKinds.has(manifest.kind) ? manifest
    : { ...manifest, metadata: { ...manifest.metadata, namespace: manifest.metadata.namespace ?? release.namespace } }))
}

/**
 * Applies what is rendered: first as a dry-run on the server with strict validation, then really. Pods of `helm test`,
 * which need a service account, are asked about afterwards, and only that: it is Helm that would run them.
 * @throws GitopsError GITOPS_CLUSTER_REFUSED, naming each resource that was refused
 */
export async function applyTree(kubectl: Kubectl, rendered: readonly Rendered[], served: ReadonlySet<string>): Promise<Applied> {
  const all = resourcesOf(rendered)
  const known = all.filter((manifest) => served.has(groupKind(manifest)))
  const isTest = ({ metadata }: Manifest): boolean => metadata.annotations?.['helm.sh/hook'] === 'test'
  const lasting = known.filter((manifest) => !isTest(manifest))
  await applyAll(kubectl, lasting, ['--dry-run=server', '--validate=strict'])
  await applyAll(kubectl, lasting, ['--validate=strict'])
  await applyAll(kubectl, known.filter(isTest), ['--dry-run=server', '--validate=strict'])
  return { resources: known.length, leftOut: [...new Set(all.filter((manifest) => !served.has(groupKind(manifest))).map(({ kind }) => kind))].sort() }
}

async function applyAll(kubectl: Kubectl, resources: readonly Manifest[], more: readonly string[]): Promise<void> {
  if (resources.length === 0) return
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: resources })
  const { exitCode, stderr } = await kubectl.run(['apply', '--server-side', '--force-conflicts', ...more, '-f', '-'], list)
  const warnings = stderr.split('\n').filter((line) => /^Warning: .*(violate PodSecurity|unknown field)/.test(line))
  if (exitCode === 0 && warnings.length === 0) return
  const reasons = stderr.split('\n').filter((line) => line !== '' && !/^Warning: (?!.*(violate PodSecurity|unknown field))/.test(line))
  throw new GitopsError('GITOPS_CLUSTER_REFUSED', {
    message: `The API server refused ${reasons.length === 1 ? 'a resource' : `${reasons.length} resources`} of ${[...new Set(resources.map(({ metadata }) => metadata.namespace))].join(', ')}: ${reasons[0]}`,
    detail: reasons.slice(0, 20).join('\n') || resources.slice(0, 20).map(nameOf).join('\n'),
  })
}

/** `dapr.io Component` for every kind that the API server serves. */
export async function servedKinds(kubectl: Kubectl): Promise<Set<string>> {
  const lines = (await kubectl.must(['api-resources', '--no-headers'])).trim().split('\n').map((line) => line.trim().split(/\s+/))
  return new Set(lines.map((columns) => groupKind({ apiVersion: columns.at(-3) ?? '', kind: columns.at(-1) ?? '' })))
}
