import { type Attempt } from '../dead-letters/dead-letter.ts'
import { groupOf } from '../dead-letters/group-of.ts'
import { type Failure } from './failure.ts'
import { type InboxRow } from './inbox-store.ts'
import { blockingInsert } from './order-store.ts'

/** A row of a delivery that failed. */
export interface FailedRow {
  readonly row: InboxRow
  readonly failure: Failure
  /** Every run so far, the last one included. */
  readonly log: readonly Attempt[]
  /** null: dead */
  readonly delayMs: number | null
}

export const INSERT_FAILED = `
insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, next_attempt_at, envelope,
  error_code, error_class, error_message, error_frame, attempt_log, group_id, fingerprint, sequence)
values ($1, $2::uuid, $3, $4, $5, $6::integer, clock_timestamp() + $7::double precision * interval '1 ms', $8, $9, $10, $11, $12, $13::jsonb, $14, $15::integer, $16)
on conflict do nothing`

/** For many: the same parameters, each an array. */
export const INSERT_FAILED_ALL = `
insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, next_attempt_at, envelope,
  error_code, error_class, error_message, error_frame, attempt_log, group_id, fingerprint, sequence)
select c, e, t, k, s, a, clock_timestamp() + d * interval '1 ms', b, ec, el, em, ef, l, g, f, q
from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::double precision[], $8::text[], $9::text[], $10::text[], $11::text[],
  $12::text[], $13::jsonb[], $14::text[], $15::integer[], $16::text[]) as r(c, e, t, k, s, a, d, b, ec, el, em, ef, l, g, f, q)
on conflict do nothing returning consumer, event_id`

export const INSERT_FAILED_ORDERED = blockingInsert(INSERT_FAILED)

/** The parameters of these statements. */
export function valuesOf({ row, failure, log, delayMs }: FailedRow): unknown[] {
  return [
    row.consumer, row.eventId, row.eventType, row.partitionKey, row.state, row.attempts, delayMs, row.envelope,
    failure.code, failure.errorClass, failure.message, failure.frame, JSON.stringify(log.slice(-20)), groupOf(row.consumer, failure),
    row.fingerprint, row.sequence ?? null,
  ]
}
