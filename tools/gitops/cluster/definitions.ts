import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GitopsError } from '../errors.ts'
import type { Manifest } from '../render/manifest.ts'
import type { ApiClient, Resource } from './api-client.ts'

interface Version { name: string, served: boolean, storage?: boolean, schema?: object }

export interface Definition {
  apiVersion?: string
  kind?: string
  metadata: { name: string, annotations?: Record<string, string> }
  spec: { group: string, scope?: string, names: { kind: string, plural?: string, singular?: string, listKind?: string }, conversion?: unknown, versions: Version[] }
}

/** `dapr.io Component`, for comparing manifests with definitions. */
export function groupKind({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${kind}`
}

/**
 * Custom resource definitions of the kinds wanted that can be had, without conversion webhooks, as no operator runs that would
 * answer, and without descriptions: most of their size, which the API server would carry through every copy of its schema.
 */
export function definitionsOf(folder: string, wanted: Iterable<string>): Definition[] {
  return [...wanted].map((name) => join(folder, `${name}.json`)).filter(existsSync).map((file) => {
    const definition = JSON.parse(readFileSync(file, 'utf8'), withoutDescription) as Definition
    const { conversion: _, ...spec } = definition.spec
    return { ...definition, spec }
  })
}

/** A property that is called description has an object there, and stays. */
function withoutDescription(key: string, value: unknown): unknown {
  return key === 'description' && typeof value === 'string' ? undefined : value
}

const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/**
 * Makes the kinds known to the API server and waits until it serves them. Straight through the API: applied by kubectl one
 * after the other, the largest alone take seconds.
 * @throws GitopsError GITOPS_CLUSTER_REFUSED
 */
export async function install(api: ApiClient, definitions: readonly Definition[]): Promise<void> {
  await Promise.all(definitions.map(async (definition) => {
    const { status, said } = await api.create(definitionsPath, definition)
    if (status >= 300) throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `The API server refused the definition ${definition.metadata.name} with ${status}.`, detail: said })
  }))
  const deadline = Date.now() + 60_000
  for (;;) {
    const unserved = await unservedOf(api, definitions)
    if (unserved.length === 0) return
    if (Date.now() > deadline) throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `The API server does not serve after a minute: ${unserved.join(', ')}.` })
    await delay(50)
  }
}

/** By what the API server says that it serves: a list of the definitions themselves would be megabytes. */
async function unservedOf(api: ApiClient, definitions: readonly Definition[]): Promise<string[]> {
  const wanted = definitions.flatMap(({ spec: { group, names, versions } }) => versions.filter(({ served }) => served).map(({ name }) => ({ path: `/apis/${group}/${name}`, plural: names.plural ?? '' })))
  const paths = [...new Set(wanted.map(({ path }) => path))]
  const lists = await Promise.all(paths.map((path) => api.get<Resource & { resources: Array<{ name: string }> }>(path)))
  const served = new Set(lists.flatMap((list, index) => (list?.resources ?? []).map(({ name }) => `${paths[index]}/${name}`)))
  return wanted.map(({ path, plural }) => `${path}/${plural}`).filter((one) => !served.has(one))
}

/** A definition that takes any form, for a kind whose own cannot be had. */
export function openDefinition({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): Definition {
  const [group = '', version = ''] = apiVersion.split('/')
  const plural = `${kind.toLowerCase()}s`
  const schema = { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` }, versions: [{ name: version, served: true, storage: true, schema }] },
  }
}
