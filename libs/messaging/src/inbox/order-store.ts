import { logger } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { type Delivery } from '../delivery/classify-entry.ts'
import { MessagingError } from '../errors.ts'
import { type DueRow } from './inbox-store.ts'

/* Written even when nothing changes: the row's lock is what deliveries, failures and drains of one key wait for. */
const LOCK = `
insert into inbox_order (consumer, partition_key) select c, k from unnest($1::text[], $2::text[]) as r(c, k)
on conflict (consumer, partition_key) do update set used_at = clock_timestamp() returning consumer, partition_key, state, parked`

const PARK = `
with parked as (
  insert into inbox (consumer, event_id, event_type, partition_key, sequence, state, attempts, envelope, fingerprint)
  values ($1, $2::uuid, $3, $4, $5, 'parked', 0, $6, $7::integer) on conflict do nothing returning consumer, partition_key
)
update inbox_order o set parked = o.parked + 1 from parked p where o.consumer = p.consumer and o.partition_key = p.partition_key`

/**
 * Make a statement that writes a failed row also block its key, in one go. `failed` must be able to give back the row. A
 * delivery's failure waits behind an earlier one; one of a retry or a drain is the first of its key, whatever blocked before.
 */
export function blockingInsert(failed: string): string {
  return `${blocking(failed)} blocked_by = case o.state when 'blocked' then o.blocked_by else excluded.blocked_by end`
}

/** @param wasParked an expression of the statement: whether the row was parked until now */
export function blockingUpdate(failed: string, wasParked: string): string {
  return `${blocking(failed)} blocked_by = excluded.blocked_by, parked = greatest(o.parked - (${wasParked})::integer, 0)`
}

function blocking(failed: string): string {
  return `with failed as (${failed} returning consumer, partition_key, event_id)
insert into inbox_order as o (consumer, partition_key, state, blocked_by) select consumer, partition_key, 'blocked', event_id from failed
on conflict (consumer, partition_key) do update set state = 'blocked', used_at = clock_timestamp(),`
}

/* A key whose first failure is handled, skipped or archived by now, whoever did that. */
const NEXT_KEY = `
select o.consumer, o.partition_key from inbox_order o
where o.consumer = any($1::text[]) and o.state <> 'open' and not exists (
  select 1 from inbox i where i.consumer = o.consumer and i.event_id = o.blocked_by and i.state in ('received', 'retrying', 'dead', 'replaying'))
order by o.used_at limit 1 for update of o skip locked`

const STILL_FAILED = `
update inbox_order o set state = 'blocked', blocked_by = i.event_id
from (select event_id from inbox where consumer = $1 and partition_key = $2 and state in ('dead', 'replaying') order by sequence, event_id limit 1) i
where o.consumer = $1 and o.partition_key = $2`

const NEXT_PARKED = `
select consumer, event_id, event_type, envelope, attempts, claimed_by from inbox
where consumer = $1 and partition_key = $2 and state = 'parked' order by sequence nulls first, event_id limit 1 for update`

const OPEN = `update inbox_order set state = 'open', blocked_by = null, parked = 0, used_at = clock_timestamp() where consumer = $1 and partition_key = $2`

const DRAINING = `
update inbox_order set state = 'draining', blocked_by = null, parked = greatest(parked - 1, 0), used_at = clock_timestamp()
where consumer = $1 and partition_key = $2`

/** A key of an ordered consumer. */
export interface OrderedKey {
  readonly consumer: string
  readonly partition_key: string
}

/** Statements about keys whose messages run in order. Every one of them locks the key's row first. */
export class OrderStore {
  readonly #parkedLimit: number

  /** @param parkedLimit of one key */
  constructor(parkedLimit: number) {
    this.#parkedLimit = parkedLimit
  }

  /**
   * Locks the keys of the ordered messages among these until the transaction ends.
   * @returns those that must wait for an earlier message of their key
   * @throws MessagingError MSG_PARKING_FULL
   */
  async waiting(tx: Tx, entries: readonly Delivery[]): Promise<Set<Delivery>> {
    const ordered = entries.filter(entry => entry.handler.ordered)
    if (ordered.length === 0) return NONE
    const keys = [...new Map(ordered.map(entry => [keyOf(entry.handler.consumer, entry.envelope.partitionkey), entry])).entries()].sort(byText)
    const rows = await tx.query<OrderedKey & { state: string; parked: number }>(LOCK, [
      keys.map(([, entry]) => entry.handler.consumer), keys.map(([, entry]) => entry.envelope.partitionkey),
    ])
    const closed = new Map(rows.filter(row => row.state !== 'open').map(row => [keyOf(row.consumer, row.partition_key), row]))
    const waiting = new Set(ordered.filter(entry => closed.has(keyOf(entry.handler.consumer, entry.envelope.partitionkey))))
    for (const row of closed.values()) if (row.parked >= this.#parkedLimit) this.#refuse(row)
    return waiting
  }

  /** Sets a message aside behind an earlier one. @returns false when it was there before */
  async park(tx: Tx, { envelope, handler, fingerprint }: Delivery): Promise<boolean> {
    const count = await tx.execute(PARK, [
      handler.consumer, envelope.id.toLowerCase(), envelope.type, envelope.partitionkey, envelope.sequence ?? null, JSON.stringify(envelope), fingerprint,
    ])
    return count === 1
  }

  /** Locks a key that need wait no longer. */
  async nextKey(tx: Tx, consumers: readonly string[]): Promise<OrderedKey | undefined> {
    return (await tx.query<OrderedKey & Record<string, unknown>>(NEXT_KEY, [consumers]))[0]
  }

  /** The message that is next for a locked key, to be run in this transaction; undefined: there is none, or another one failed. */
  async nextParked(tx: Tx, { consumer, partition_key: key }: OrderedKey): Promise<DueRow | undefined> {
    if ((await tx.execute(STILL_FAILED, [consumer, key])) > 0) return undefined
    const [row] = await tx.query<DueRow & Record<string, unknown>>(NEXT_PARKED, [consumer, key])
    await tx.execute(row ? DRAINING : OPEN, [consumer, key])
    return row
  }

  #refuse({ consumer, partition_key: key, parked }: OrderedKey & { parked: number }): never {
    logger().error({ consumer, partition_key: key, parked }, 'A key has as many parked messages as it may; later ones become dead letters')
    throw new MessagingError('MSG_PARKING_FULL', { detail: `${parked} of key ${key}` })
  }
}

const NONE: Set<Delivery> = new Set()

function keyOf(consumer: string, key: string): string {
  return `${consumer} ${key}`
}

function byText([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
