import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../render/manifest.ts'
import type { Kubectl } from './kubectl.ts'

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

/** Makes the kinds known to the API server and waits until it serves them. */
export async function install(kubectl: Kubectl, definitions: readonly Definition[]): Promise<void> {
  await kubectl.apply(definitions)
  await kubectl.must(['wait', '--for=condition=Established', '--timeout=60s', ...definitions.map(({ metadata }) => `crd/${metadata.name}`)])
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
