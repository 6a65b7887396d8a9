import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogueEntry } from './catalogue.ts'
import { ANNOTATIONS, isSame, type Schema } from './compatibility/schema.ts'

/** A schema as it was released, without what only describes, and the valid samples of that time. */
export interface Release {
  readonly schema: Schema
  readonly samples: Readonly<Record<string, unknown>>
}

export interface ReleasedContract {
  readonly kind: string
  readonly topic: string
  /** Every released form, oldest first: messages of each may still lie in topics, dead letters and the event log. */
  readonly releases: readonly Release[]
}

/** The released contracts by type. */
export type ReleasedLock = Readonly<Record<string, ReleasedContract>>

const PATH = 'libs/contracts/released.lock.json'

/** The committed lock below `root`; empty when nothing was released yet. */
export function readLock(root: string): ReleasedLock {
  const path = join(root, PATH)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { contracts: ReleasedLock }).contracts : {}
}

export function writeLock(root: string, contracts: ReleasedLock): void {
  const note = 'The contracts as they were last released: written by ./prep contracts release, compared by ./prep contracts check.'
  writeFileSync(join(root, PATH), `${JSON.stringify({ note, contracts: sorted(contracts) }, null, 1)}\n`)
}

/** The lock after a release of `catalogue`. Contracts that are gone from it leave the lock only when they are in `retired`. */
export function released(lock: ReleasedLock, catalogue: readonly CatalogueEntry[], retired: readonly string[] = []): ReleasedLock {
  const kept = Object.entries(lock).filter(([type]) => !retired.includes(type))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(catalogue.map((entry) => [entry.type, released1(lock[entry.type], entry)])) }
}

function released1(before: ReleasedContract | undefined, { kind, topic, schema, samples }: CatalogueEntry): ReleasedContract {
  const release = { schema: bare(schema), samples }
  const earlier = (before?.releases ?? []).filter((old) => !isSame(old.schema, release.schema))
  return { kind, topic, releases: [...earlier, release] }
}

/** Whether the last release of a contract has this schema. */
export function isReleased(lock: ReleasedLock, { type, schema }: CatalogueEntry): boolean {
  return isSame(lock[type]?.releases.at(-1)?.schema, bare(schema))
}

/** Keywords whose value maps names to schemas: their keys are names and stay. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])
/** Keywords whose value is data and stays as it is. */
const DATA = new Set(['const', 'enum'])

/** A schema without what describes and does not decide. */
function bare(schema: unknown): Schema {
  if (Array.isArray(schema)) return schema.map(bare) as unknown as Schema
  if (typeof schema !== 'object' || schema === null) return schema as Schema
  const kept = Object.entries(schema).filter(([keyword]) => keyword === '$defs' || !ANNOTATIONS.has(keyword))
  return Object.fromEntries(kept.map(([keyword, value]) => {
    if (DATA.has(keyword)) return [keyword, value]
    if (MAPS.has(keyword)) return [keyword, Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, bare(part)]))]
    return [keyword, bare(value)]
  }))
}

function sorted(contracts: ReleasedLock): ReleasedLock {
  return Object.fromEntries(Object.entries(contracts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
