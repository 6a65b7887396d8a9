import { MAX_EVENT_BYTES } from '../envelope.ts'
import { hashOf } from '../outbox/shard-of.ts'
import { type MessagingErrorCode } from '../errors.ts'

/** Levels of objects and lists in one another. Contracts have five at most; recursion over 32 harms nobody. */
export const MAX_DEPTH = 32
/** The sidecar adds fields of its own to an event that was as large as it may be. */
const SIDECAR_BYTES = 4_096
/** JSON of one UTF-16 unit, and of anything that is no text, is never longer in bytes. */
const MOST_BYTES_A_UNIT = 6
const MOST_BYTES_A_VALUE = 32

/** Why an event is refused before anybody looks at what it says. */
export interface EventProblem {
  readonly code: Extract<MessagingErrorCode, 'MSG_TOO_LARGE' | 'MSG_TOO_DEEP' | 'MSG_KEY_FORBIDDEN'>
  readonly detail: string
}

/** Looks at keys, depth and size in one walk, which costs less than one look at the contract; undefined when all is well. */
export function inspectEvent(event: Record<string, unknown>): EventProblem | undefined {
  const seen: Seen = { units: 0, values: 0 }
  const problem = look(event, 1, seen)
  if (problem) return problem
  if (seen.units * MOST_BYTES_A_UNIT + seen.values * MOST_BYTES_A_VALUE <= MAX_EVENT_BYTES) return undefined
  const bytes = Buffer.byteLength(JSON.stringify(event))
  return bytes > MAX_EVENT_BYTES + SIDECAR_BYTES ? { code: 'MSG_TOO_LARGE', detail: `${bytes} bytes` } : undefined
}

interface Seen {
  units: number
  values: number
}

function look(value: unknown, depth: number, seen: Seen): EventProblem | undefined {
  seen.values++
  if (typeof value === 'string') {
    seen.units += value.length
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > MAX_DEPTH) return { code: 'MSG_TOO_DEEP', detail: `more than ${MAX_DEPTH} levels` }
  if (Array.isArray(value)) return firstOf(value, item => look(item, depth + 1, seen))
  return firstOf(Object.keys(value), key => {
    seen.units += key.length
    const inner = (value as Record<string, unknown>)[key]
    if (isForbidden(key, inner)) return { code: 'MSG_KEY_FORBIDDEN', detail: key }
    return look(inner, depth + 1, seen)
  })
}

function firstOf<T>(items: readonly T[], problemOf: (item: T) => EventProblem | undefined): EventProblem | undefined {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem) return problem
  }
  return undefined
}

/** Keys by which a careless merge would change every object of the process. */
function isForbidden(key: string, value: unknown): boolean {
  if (key === '__proto__') return true
  return key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
}

/**
 * 32 bits that tell two messages of one id apart: of the type, the keys and the data, whatever the order of its fields.
 * For events that passed `inspectEvent`: it recurses.
 */
export function fingerprintOf(envelope: { type: string; subject: string; partitionkey: string; data: unknown }): number {
  const { type, subject, partitionkey, data } = envelope
  return Math.imul(hashOf(type) ^ Math.imul(hashOf(subject), 31) ^ Math.imul(hashOf(partitionkey), 17), 0x01000193) ^ hashOfValue(data)
}

function hashOfValue(value: unknown): number {
  if (typeof value === 'string') return hashOf(value)
  if (typeof value !== 'object' || value === null) return hashOf(`${typeof value} ${String(value)}`)
  let hash = Array.isArray(value) ? 0x5bd1e995 : 0x27d4eb2f
  if (Array.isArray(value)) for (const item of value) hash = (Math.imul(hash, 31) + hashOfValue(item)) | 0
  else for (const key of Object.keys(value)) hash = (hash + Math.imul(hashOf(key) | 1, hashOfValue((value as Record<string, unknown>)[key]) ^ 0x9e3779b9)) | 0
  return hash
}
