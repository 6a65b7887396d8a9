import { DlqError } from './errors.ts'
import type { ServicesRecords } from '../services/services-records.ts'

export interface Filter {
  readonly service?: string
  readonly consumer?: string
  readonly group?: string
}

/** Letters with one cause. Times are RFC 3339, UTC. */
export interface LetterGroup {
  readonly group: string
  readonly service: string
  readonly consumer: string
  readonly code: string
  readonly count: number
  readonly first_at: Date
  readonly last_at: Date
  /** Of the newest letter, redacted by the service that wrote it. */
  readonly sample: string
}

/** One letter, or a message that is parked behind one, as its owner's row has it. */
export interface Letter {
  readonly service: string
  readonly event_id: string
  readonly consumer: string
  readonly event_type: string
  readonly partition_key: string
  readonly state: string
  readonly attempts: number
  readonly group: string | null
  /** Null of a message that is only parked behind another one, as are class and message of the error. */
  readonly code: string | null
  readonly error_class: string | null
  readonly message: string | null
  readonly frame: string | null
  /** Of an ordered handler: messages of its key that wait until this letter is settled. */
  readonly holds_back: number
  /** Of a parked message: the one of its key that failed. */
  readonly waits_for: string | null
  readonly died_at: Date
  readonly attempt_log: ReadonlyArray<{ at: string; code: string; class: string; message: string; replay?: string }>
  readonly decided_by: string | null
  readonly decided_why: string | null
  /** JSON as delivered; null once handled. */
  readonly envelope: string | null
}

const LETTER = `
  event_id, consumer, event_type, partition_key, state, attempts, group_id as "group", error_code as code, error_class, error_message as message,
  error_frame as frame, coalesce((attempt_log -> -1 ->> 'at')::timestamptz, received_at) as died_at, coalesce(attempt_log, '[]') as attempt_log,
  decided_by, decided_why, envelope,
  coalesce((select parked from inbox_order o where o.consumer = i.consumer and o.partition_key = i.partition_key and o.blocked_by = i.event_id), 0) as holds_back,
  (select blocked_by from inbox_order o where i.state = 'parked' and o.consumer = i.consumer and o.partition_key = i.partition_key) as waits_for`

const DEAD = `
select ${LETTER} from inbox i where state in ('dead', 'replaying')
  and ($1::text is null or consumer = $1) and ($2::text is null or group_id like $2 || '%')`

const GROUPS = `
select coalesce("group", '') as "group", consumer, coalesce(code, '') as code, count(*)::int as count, min(died_at) as first_at, max(died_at) as last_at,
  (array_agg(message order by died_at desc))[1] as sample
from (${DEAD}) letters group by 1, 2, 3`

const BY_ID = `
select ${LETTER} from inbox i
where event_id::text like $1 || '%' and (error_code is not null or state in ('parked', 'skipped')) and ($2::text is null or consumer = $2) limit 3`

/** The dead letters of all services by cause, the largest group first. */
export async function groupsOf(records: ServicesRecords, { consumer, group }: Filter): Promise<LetterGroup[]> {
  const found = await Promise.all(
    records.services.map(async (service) => {
      const rows = await records.of(service)<Omit<LetterGroup, 'service'>>(GROUPS, [consumer ?? null, group ?? null])
      return rows.map((row) => ({ ...row, service }))
    }),
  )
  return found.flat().sort((one, other) => other.count - one.count || other.last_at.getTime() - one.last_at.getTime())
}

/** The dead letters one by one, the newest first. */
export async function lettersOf(records: ServicesRecords, { consumer, group }: Filter, limit: number): Promise<Letter[]> {
  const found = await Promise.all(
    records.services.map(async (service) => {
      const rows = await records.of(service)<Omit<Letter, 'service'>>(`${DEAD} order by died_at desc limit $3`, [consumer ?? null, group ?? null, limit])
      return rows.map((row) => ({ ...row, service }))
    }),
  )
  return found.flat().sort((one, other) => other.died_at.getTime() - one.died_at.getTime()).slice(0, limit)
}

/**
 * The one letter that is meant, in whatever state it is by now.
 * @param id the message's id or the beginning of it
 * @throws DlqError DLQ_LETTER_UNKNOWN, DLQ_LETTER_AMBIGUOUS
 */
export async function letterOf(records: ServicesRecords, id: string, consumer?: string): Promise<Letter> {
  const found = await Promise.all(
    records.services.map(async (service) => {
      const rows = await records.of(service)<Omit<Letter, 'service'>>(BY_ID, [id.toLowerCase(), consumer ?? null])
      return rows.map((row) => ({ ...row, service }))
    }),
  )
  const [letter, ...others] = found.flat()
  if (letter === undefined) throw new DlqError('DLQ_LETTER_UNKNOWN')
  if (others.length === 0) return letter
  throw new DlqError('DLQ_LETTER_AMBIGUOUS', [letter, ...others].map((each) => `${each.event_id}  ${each.consumer}`).join('\n'))
}

/** Where a message that could not be read lies on the broker: `topic/partition/offset`; undefined for all others. */
export function placeOf({ consumer, envelope }: Pick<Letter, 'consumer' | 'envelope'>): string | undefined {
  if (!consumer.endsWith('/raw') || envelope === null) return undefined
  const { metadata = {} } = JSON.parse(envelope) as { metadata?: Record<string, string> }
  return ['__topic', '__partition', '__offset'].map((name) => metadata[name] ?? '?').join('/')
}
