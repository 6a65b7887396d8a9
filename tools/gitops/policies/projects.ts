import { nameOf, type Manifest } from '../render/manifest.ts'
import type { Policy } from './policy.ts'

interface GroupKind { readonly group?: string, readonly kind?: string }

export interface ProjectSpec {
  sourceRepos?: string[]
  destinations?: Array<{ server?: string, namespace?: string, name?: string }>
  clusterResourceWhitelist?: GroupKind[]
  namespaceResourceWhitelist?: GroupKind[]
  namespaceResourceBlacklist?: GroupKind[]
  syncWindows?: Array<{ kind?: string, manualSync?: boolean }>
}

function projectsIn(manifests: readonly Manifest[]): Array<[string, ProjectSpec]> {
  return manifests.filter(({ kind }) => kind === 'AppProject').map((manifest) => [manifest.metadata.name, (manifest.spec ?? {}) as ProjectSpec])
}

/** Everything in a project that a `*` would widen. */
function patternsOf({ sourceRepos = [], destinations = [], clusterResourceWhitelist = [], namespaceResourceWhitelist = [] }: ProjectSpec): string[] {
  const kinds = [...clusterResourceWhitelist, ...namespaceResourceWhitelist].flatMap(({ group = '', kind = '' }) => [group, kind])
  return [...sourceRepos, ...destinations.flatMap(({ server = '', namespace = '', name = '' }) => [server, namespace, name]), ...kinds]
}

export const projects: readonly Policy[] = [
  {
    name: 'projects-have-no-wildcard',
    says: 'An AppProject names repositories, namespaces and kinds one by one.',
    broken: ({ manifests }) => projectsIn(manifests).flatMap(([name, spec]) => [...new Set(patternsOf(spec).filter((text) => /[*?[]/.test(text)))].map((text) => `AppProject/${name} allows ${text}`)),
  },
  {
    name: 'projects-say-what-they-allow',
    says: 'An AppProject lists its repositories, destinations and kinds, and denies Secrets and pods by name.',
    broken: ({ manifests }) => projectsIn(manifests).flatMap(([name, spec]) => {
      const listed = (['sourceRepos', 'destinations', 'namespaceResourceWhitelist', 'namespaceResourceBlacklist'] as const).filter((key) => (spec[key] ?? []).length === 0)
      const denied = spec.namespaceResourceBlacklist?.some(({ kind }) => kind === 'Pod') === true
      return [...listed.map((key) => `AppProject/${name} has no ${key}`), ...(denied ? [] : [`AppProject/${name} does not deny pods`])]
    }),
  },
  {
    name: 'projects-of-environments-hold-no-secret',
    says: 'The project of an environment allows nothing outside namespaces, and denies Secrets.',
    broken: ({ manifests }) => projectsIn(manifests).filter(([name]) => /^prep-(dev|staging|prod)$/.test(name)).flatMap(([name, spec]) => [
      ...((spec.clusterResourceWhitelist ?? [{}]).length === 0 ? [] : [`AppProject/${name} allows kinds of the whole cluster`]),
      ...(spec.namespaceResourceBlacklist?.some(({ kind }) => kind === 'Secret') === true ? [] : [`AppProject/${name} does not deny Secrets`]),
      ...((spec.destinations ?? []).every(({ namespace }) => namespace === name) ? [] : [`AppProject/${name} reaches another namespace`]),
    ]),
  },
  {
    name: 'windows-never-hold-back-a-revert',
    says: 'A sync window allows syncing by hand.',
    broken: ({ manifests }) => projectsIn(manifests).flatMap(([name, { syncWindows = [] }]) => syncWindows
      .filter(({ kind, manualSync }) => kind === 'deny' || manualSync !== true).map(() => `AppProject/${name} has a window that could hold back a revert`)),
  },
  {
    name: 'applications-belong-to-our-projects',
    says: 'An Application belongs to a project of ours, heals itself and prunes.',
    broken: ({ manifests }) => manifests.filter(({ kind }) => kind === 'Application').flatMap((manifest) => {
      const spec = (manifest.spec ?? {}) as { project?: string, syncPolicy?: { automated?: { selfHeal?: boolean, allowEmpty?: boolean } } }
      return [
        ...(/^prep-/.test(spec.project ?? '') ? [] : [`${nameOf(manifest)} belongs to the project ${spec.project}`]),
        ...(spec.syncPolicy?.automated?.selfHeal === true ? [] : [`${nameOf(manifest)} does not heal itself`]),
        ...(spec.syncPolicy?.automated?.allowEmpty === true ? [`${nameOf(manifest)} may become empty by mistake`] : []),
      ]
    }),
  },
]
