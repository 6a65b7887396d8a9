import { stringify } from 'yaml'
import { nameOf, type Manifest } from '../render/manifest.ts'
import { lineDiff } from './line-diff.ts'

/** One field that differs. A path reads as people say it: `spec.containers[app].image`. undefined: the field is not there. */
export interface FieldChange {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

export interface ResourceChange {
  /** `Deployment/booking` */
  readonly resource: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly fields: readonly FieldChange[]
  /** The same as a unified diff of YAML. */
  readonly diff: string
}

/** What differs between two renders, resource by resource in their order, the removed ones last. Equal ones are left out. */
export function compare(before: readonly Manifest[], after: readonly Manifest[]): ResourceChange[] {
  const old = byName(before)
  const fresh = byName(after)
  const there = [...fresh].map(([name, manifest]) => changeOf(name, old.get(name), manifest))
  const gone = [...old].filter(([name]) => !fresh.has(name)).map(([name, manifest]) => changeOf(name, manifest, undefined))
  return [...there, ...gone].filter((change) => change !== undefined)
}

function changeOf(resource: string, before: Manifest | undefined, after: Manifest | undefined): ResourceChange | undefined {
  const diff = lineDiff(yaml(before), yaml(after))
  if (diff === '') return undefined
  if (before === undefined) return { resource, change: 'added', fields: [], diff }
  if (after === undefined) return { resource, change: 'removed', fields: [], diff }
  return { resource, change: 'changed', fields: fieldChanges(before, after, ''), diff }
}

function yaml(manifest: Manifest | undefined): string {
  return manifest === undefined ? '' : stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** Two resources of one kind and name in two namespaces are two resources. */
function byName(manifests: readonly Manifest[]): Map<string, Manifest> {
  return new Map(manifests.map((manifest) => {
    const { namespace } = manifest.metadata
    return [namespace === undefined ? nameOf(manifest) : `${nameOf(manifest)} (${namespace})`, manifest]
  }))
}

function fieldChanges(before: unknown, after: unknown, path: string): FieldChange[] {
  const left = entriesOf(before)
  const right = entriesOf(after)
  if (left === undefined || right === undefined || left.kind !== right.kind) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }]
  }
  const keys = new Set([...left.entries.keys(), ...right.entries.keys()])
  return [...keys].flatMap((key) => fieldChanges(left.entries.get(key), right.entries.get(key), joined(path, key, left.kind)))
}

interface Entries { readonly kind: 'map' | 'list', readonly entries: ReadonlyMap<string, unknown> }

function entriesOf(value: unknown): Entries | undefined {
  if (Array.isArray(value)) return { kind: 'list', entries: new Map(value.map((item, index) => [keyOf(item, index), item])) }
  if (typeof value === 'object' && value !== null) return { kind: 'map', entries: new Map(Object.entries(value)) }
  return undefined
}

/** Items with a name are told apart by it, so that one more in front does not change all the others. */
function keyOf(item: unknown, index: number): string {
  const { name, secretKey } = (typeof item === 'object' && item !== null ? item : {}) as { name?: unknown, secretKey?: unknown }
  const key = name ?? secretKey
  return typeof key === 'string' ? key : String(index)
}

function joined(path: string, key: string, kind: Entries['kind']): string {
  if (kind === 'list') return `${path}[${key}]`
  const part = /[./]/.test(key) ? `"${key}"` : key
  return path === '' ? part : `${path}.${part}`
}
