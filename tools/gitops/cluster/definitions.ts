import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GitopsError } from '../errors.ts'
import type { Manifest } from '../render/manifest.ts'
import type { ApiClient } from './api-client.ts'

export interface Definition {
  apiVersion?: string
  kind?: string
  metadata: { name: string, annotations?: Record<string, string> }
  spec: { group: string, scope?: string, names: { kind: string, plural?: string, singular?: string, listKind?: string }, conversion?: unknown, versions: unknown[] }
}

/** `dapr.io Component`, for comparing manifests with definitions. */
export function groupKind({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${kind}`
}

/** Custom resource definitions of the kinds wanted that can be had, without conversion webhooks: no operator runs that would answer. */
export function definitionsOf(folder: string, wanted: Iterable<string>): Definition[] {
  return [...wanted].map((name) => join(folder, `${name}.json`)).filter(existsSync).map((file) => {
    const definition = JSON.parse(readFileSync(file, 'utf8')) as Definition
    const { conversion: _, ...spec } = definition.spec
    return { ...definition, spec }
  })
}

const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/**
 * Makes the kinds known to the API server and waits until it serves them. Straight through the API: applied by kubectl one
 * after the other, the largest alone take seconds.
 * @throws GitopsError GITOPS_CLUSTER_REFUSED
 */
export async function install(api: ApiClient, definitions: readonly Definition[]): Promise<void> {
  const left = new Set(definitions.map(({ metadata }) => metadata.name))
  await Promise.all(definitions.map(async (definition) => {
    const { status, said } = await api.create(definitionsPath, definition)
    if (status >= 300) throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `The API server refused the definition ${definition.metadata.name} with ${status}.`, detail: said })
  }))
  const deadline = Date.now() + 60_000
  while (left.size > 0) {
    for (const { metadata, status } of await api.list(definitionsPath)) if (isEstablished(status)) left.delete(metadata.name)
    if (left.size === 0) return
    if (Date.now() > deadline) throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `The API server does not serve after a minute: ${[...left].join(', ')}.` })
    await delay(50)
  }
}

function isEstablished(status: Record<string, unknown> = {}): boolean {
  const conditions = (status['conditions'] ?? []) as Array<{ type: string, status: string }>
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True')
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
