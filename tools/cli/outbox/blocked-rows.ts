import { OutboxError } from './errors.ts'
import type { ServiceOutbox } from './services-outboxes.ts'

/** A message that was refused too often and holds back its key. */
export interface BlockedRow {
  readonly service: string
  readonly event_id: string
  readonly type: string
  readonly topic: string
  readonly key: string
  /** of the message, in bytes */
  readonly size: number
  readonly attempts: number
  readonly last_error: string | null
  readonly created_at: Date
  /** Messages of the same topic and key that wait behind it. */
  readonly behind: number
}

const BLOCKED = `
select o.event_id, coalesce(substring(o.payload from '"type":"([^"]+)"'), '') as type, o.topic, o.key, o.size, o.attempts, o.last_error, o.created_at,
  (select count(*)::int from outbox b where b.topic = o.topic and b.key = o.key and b.id > o.id) as behind
from outbox o where o.state = 'blocked' and o.event_id::text like $1 || '%' order by o.id limit $2`

/* The relay looks for blocked rows that are no longer blocked every second. */
const RETRY = `
with let_go as (
  update outbox set state = 'pending', attempts = 0 where event_id = $1 and state = 'blocked' returning event_id, topic, key, last_error
)
insert into outbox_decision (action, event_id, topic, key, last_error, operator)
select 'retry', event_id, topic, key, last_error, $2 from let_go returning event_id`

const DROP = `
with dropped as (delete from outbox where event_id = $1 and state = 'blocked' returning event_id, topic, key, payload, last_error)
insert into outbox_decision (action, event_id, topic, key, payload, last_error, operator)
select 'drop', event_id, topic, key, payload, last_error, $2 from dropped returning event_id`

/** The oldest first within each service. */
export async function blockedRows(outboxes: readonly ServiceOutbox[], limit: number, id = ''): Promise<BlockedRow[]> {
  const found = await Promise.all(
    outboxes.map(async ({ service, query }) => {
      const rows = await query<Omit<BlockedRow, 'service'>>(BLOCKED, [id.toLowerCase(), limit])
      return rows.map((row) => ({ service, ...row }))
    }),
  )
  return found.flat()
}

/**
 * The one that is meant.
 * @param id the message's id or the beginning of it
 * @throws OutboxError OUTBOX_ROW_UNKNOWN, OUTBOX_ROW_AMBIGUOUS
 */
export async function blockedRow(outboxes: readonly ServiceOutbox[], id: string): Promise<{ row: BlockedRow; outbox: ServiceOutbox }> {
  const rows = await blockedRows(outboxes, 3, id)
  const [row] = rows
  const outbox = outboxes.find(({ service }) => service === row?.service)
  if (row === undefined || outbox === undefined) throw new OutboxError('OUTBOX_ROW_UNKNOWN')
  if (rows.length > 1) throw new OutboxError('OUTBOX_ROW_AMBIGUOUS', rows.map((each) => `${each.event_id}  ${each.service}`).join('\n'))
  return { row, outbox }
}

/**
 * Lets the message go or takes it out, and writes down who did that, in one statement.
 * @throws OutboxError OUTBOX_ROW_UNKNOWN when somebody else was faster
 */
export async function decide({ query }: ServiceOutbox, action: 'retry' | 'drop', eventId: string, operator: string): Promise<void> {
  const done = await query(action === 'retry' ? RETRY : DROP, [eventId, operator])
  if (done.length === 0) throw new OutboxError('OUTBOX_ROW_UNKNOWN')
}
