import { readableVersion, validateTolerant } from '@prep/contracts'
import { v5 } from 'uuid'
import { type Envelope } from '../envelope.ts'
import { messagingErrorCodes, type MessagingErrorCode } from '../errors.ts'
import { isUuidV7, timeOfId } from '../inbox/inbox-days.ts'
import { type Handler, type HandlerRegistry } from './handler.ts'
import { fingerprintOf, inspectEvent } from './inspect-event.ts'
import { jsonOf } from './json-of.ts'

/** One message of a delivery as daprd's bulk subscription has it. */
export interface BulkEntry {
  entryId: string
  event?: unknown
  contentType?: string
  metadata?: Record<string, string>
}

/** A message for a handler here. */
export interface Delivery {
  readonly kind: 'message'
  readonly entryId: string
  readonly envelope: Envelope
  readonly handler: Handler
  /** Tells it apart from another message under the same id. */
  readonly fingerprint: number
}

/** A message that no handler will ever see. */
export interface DeadDelivery {
  readonly kind: 'dead'
  readonly entryId: string
  readonly consumer: string
  readonly eventId: string
  readonly eventType: string
  readonly partitionKey: string
  readonly code: MessagingErrorCode
  readonly message: string
  /** As delivered. */
  readonly body: string
  /** Of an ordered handler: its key is blocked. */
  readonly ordered?: boolean
  readonly sequence?: string | undefined
}

export interface IgnoredDelivery {
  readonly kind: 'ignored'
  readonly entryId: string
}

export type ClassifiedEntry = Delivery | DeadDelivery | IgnoredDelivery

/** Where an entry came from, for those that carry no identity of their own. */
export interface Origin {
  readonly service: string
  readonly topic: string
  /** Not given for what an operator replays: that is of any age. */
  readonly ages?: AgeLimits
}

/** Which ids are taken, by the time inside them: older ones could be duplicates that nobody remembers. */
export interface AgeLimits {
  readonly retentionMs: number
  readonly toleranceMs: number
}

const RAW_NAMESPACE = '8f6f2f5e-3a44-5c0e-9a35-0c6c1f1f7c11'

/** Decides what an entry is before the database sees it. Never throws. */
export function classifyEntry(entry: BulkEntry, handlers: HandlerRegistry, origin: Origin): ClassifiedEntry {
  const event = eventOf(entry.event)
  if (event === undefined) return raw(entry, origin, 'MSG_NOT_JSON', messagingErrorCodes.MSG_NOT_JSON)
  const type = event['type']
  if (typeof type !== 'string' || type === '') return raw(entry, origin, 'MSG_ENVELOPE_INVALID', 'type is missing')
  const handler = handlers.get(type) ?? handlers.outdatedFor(type)
  if (!handler) return { kind: 'ignored', entryId: entry.entryId }
  const problem = envelopeProblem(event)
  if (problem) return raw(entry, origin, 'MSG_ENVELOPE_INVALID', `${type}: ${problem}`)
  const envelope = event as unknown as Envelope
  const refused = inspectEvent(event) ?? keyProblem(envelope, handler, entry.metadata?.['__key'])
  if (refused) return dead(entry, envelope, handler, refused.code, refused.detail)
  const age = origin.ages && ageProblem(envelope.id, origin.ages)
  if (age) return dead(entry, envelope, handler, age, `made ${new Date(timeOfId(envelope.id)).toISOString()}`)
  const contract = readableVersion(handler.contract, type)
  if (!contract) return dead(entry, envelope, handler, 'MSG_VERSION_UNKNOWN', `${type} is newer than ${handler.contract.type}`)
  const violations = validateTolerant(contract, envelope.data)
  if (violations.length === 0) return { kind: 'message', entryId: entry.entryId, envelope, handler, fingerprint: fingerprintOf(envelope) }
  const pointers = violations.slice(0, 10).map(violation => `${violation.pointer || '/'} ${violation.message}`)
  return dead(entry, envelope, handler, 'MSG_CONTRACT_VIOLATED', pointers.join('; '))
}

/** The record of a message that cannot be read: identified by where it stood on the broker. */
export function raw(entry: BulkEntry, origin: Origin, code: MessagingErrorCode, message: string): DeadDelivery {
  const metadata = entry.metadata ?? {}
  const topic = metadata['__topic'] ?? origin.topic
  const place = metadata['__offset'] === undefined ? jsonOf(entry.event) : `${metadata['__partition']}/${metadata['__offset']}`
  return {
    kind: 'dead',
    entryId: entry.entryId,
    consumer: `${origin.service}/raw`,
    eventId: v5(`${topic}/${place}`, RAW_NAMESPACE),
    eventType: 'unreadable',
    partitionKey: storable(metadata['__key'] ?? ''),
    code,
    message: storable(`${topic}/${metadata['__partition'] ?? '?'}/${metadata['__offset'] ?? '?'}: ${message}`),
    body: jsonOf({ event: entry.event, contentType: entry.contentType, metadata }),
  }
}

function dead(entry: BulkEntry, envelope: Envelope, handler: Handler, code: MessagingErrorCode, message: string): DeadDelivery {
  return {
    kind: 'dead',
    entryId: entry.entryId,
    consumer: handler.consumer,
    eventId: envelope.id.toLowerCase(),
    eventType: envelope.type,
    partitionKey: envelope.partitionkey,
    code,
    message: storable(message),
    body: jsonOf(envelope),
    ordered: handler.ordered === true,
    sequence: envelope.sequence,
  }
}

/** The record of a message whose id came before with something else in it: an id of its own, the same each time it comes. */
export function reused({ entryId, envelope, handler, fingerprint }: Delivery): DeadDelivery {
  const letter = dead({ entryId }, envelope, handler, 'MSG_ID_REUSED', `id ${envelope.id}`)
  return { ...letter, eventId: v5(`${letter.eventId}/${fingerprint}`, RAW_NAMESPACE) }
}

/** daprd hands CloudEvents over as objects and all else as text or base64. */
function eventOf(event: unknown): Record<string, unknown> | undefined {
  if (isObject(event)) return event
  if (typeof event !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(event)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function ageProblem(id: string, { retentionMs, toleranceMs }: AgeLimits): 'MSG_TOO_OLD' | 'MSG_FROM_FUTURE' | undefined {
  const ageMs = Date.now() - timeOfId(id)
  if (ageMs > retentionMs) return 'MSG_TOO_OLD'
  return ageMs < -toleranceMs ? 'MSG_FROM_FUTURE' : undefined
}

/**
 * An event's key is its aggregate; a command's is its saga's, which is not written elsewhere in it. The broker's key may have
 * come through an HTTP header, which carries no more than ASCII.
 */
function keyProblem({ subject, partitionkey }: Envelope, handler: Handler, brokerKey: string | undefined) {
  if (handler.contract.kind === 'event' && partitionkey !== subject) return { code: 'MSG_KEY_WRONG', detail: 'the partition key is not the subject' } as const
  if (brokerKey === undefined || !ASCII.test(brokerKey) || brokerKey.trim() === partitionkey.trim()) return undefined
  return { code: 'MSG_KEY_WRONG', detail: 'the partition key is not the key on the broker' } as const
}

/** What keeps an object from being an envelope of Prep; undefined when it is one. */
export function envelopeProblem(event: Record<string, unknown>): string | undefined {
  if (event['specversion'] !== '1.0') return `specversion is not '1.0'`
  const id = event['id']
  if (typeof id !== 'string' || !isUuidV7(id)) return 'id is not a UUIDv7'
  for (const name of REQUIRED) if (typeof event[name] !== 'string' || event[name] === '') return `${name} is missing`
  for (const name of KEYS) if (!isKey(event[name] as string)) return `${name} is over ${MAX_KEY} characters or has a NUL`
  for (const name of OPTIONAL) if (event[name] !== undefined && typeof event[name] !== 'string') return `${name} is not a string`
  if (event['deadline'] !== undefined && Number.isNaN(Date.parse(event['deadline'] as string))) return 'deadline is not a date-time'
  if (!('data' in event)) return 'data is missing'
  return undefined
}

/** Fit for an index, and for a text column of PostgreSQL, which takes no NUL. */
export function isKey(value: string): boolean {
  return value.length > 0 && value.length <= MAX_KEY && !value.includes('\0')
}

function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1_000)
}

export const MAX_KEY = 512
const ASCII = /^[\x20-\x7e]*$/
const KEYS = ['type', 'subject', 'partitionkey', 'correlationid'] as const
const REQUIRED = ['source', 'subject', 'partitionkey', 'correlationid'] as const
const OPTIONAL = ['time', 'sequence', 'causationid', 'tenantid', 'deadline', 'sagastep', 'traceparent', 'traceid'] as const
