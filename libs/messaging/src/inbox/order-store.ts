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

const LOCK_KEY_OF = `
select o.state from inbox i join inbox_order o on o.consumer = i.consumer and o.partition_key = i.partition_key
where i.consumer = $1 and i.event_id = $2::uuid for update of o`

/**
 * Make a statement that writes a failed row also block its key, in one go. `failed` must be able to give back the row. A
 * delivery's failure waits behind an earlier one; one of a retry or a drain is the first of its key, whatever blocked before.
 */
export function blockingInsert(failed: string): string {
  return `with ${blocking(failed)} blocked_by = case o.state when 'blocked' then o.blocked_by else excluded.blocked_by end`
}

/**
 * As `blockingInsert`, for a row that is there: its key is locked first, as everybody does, since a drain may want the same row.
 * @param failed ends with conditions; $1 and $2 are consumer and event id
 * @param wasParked an expression of the statement: whether the row was parked until now
 */
export function blockingUpdate(failed: string, wasParked: string): string {
  return `with key as materialized (${LOCK_KEY_OF}), ${blocking(`${failed} and (select count(*) from key) >= 0`)}
  blocked_by = excluded.blocked_by, parked = greatest(o.parked - (${wasParked})::integer, 0)`
}

function blocking(failed: string): string {
  return `failed as (${failed} returning consumer, partition_key, event_id)
insert into inbox_order as o (consumer, partition_key, state, blocked_by) select consumer, partition_key, 'blocked', event_id from failed
on conflict (consumer, partition_key) do update set state = 'blocked', used_at = clock_timestamp(),`
}

/* A key whose first failure is handled, skipped or archived by now, whoever did that. */
const NEXT_KEY = `
select o.consumer, o.partition_key from inbox_order o
where o.consumer = any($1::text[]) and o.state <> 'open' and not exists (
  select 1 from inbox i where i.consumer = o.consumer and i.event_id = o.blocked_by and i.state in ('received', 'retrying', 'dead', 'replaying'))
order by o.used_at limit 1 for update of o skip locked`

/* A statement that waited for the key's lock sees the key as it is now, but other rows as they were when it began. */
const STILL_BLOCKED = `
select 1 from inbox_order o join inbox i on i.consumer = o.consumer and i.event_id = o.blocked_by
where o.consumer = $1 and o.partition_key = $2 and i.state in ('received', 'retrying', 'dead', 'replaying')`

/* Parked rows change hands only under the lock of their key, so that this row is not locked by itself. */
const FIRST_SET_ASIDE = `
select consumer, event_id, event_type, envelope, attempts, claimed_by, state from inbox
where consumer = $1 and partition_key = $2 and state in ('dead', 'parked', 'replaying') order by sequence nulls first, event_id limit 1`

const BLOCK = `update inbox_order set state = 'blocked', blocked_by = $3::uuid where consumer = $1 and partition_key = $2`

const SET_ASIDE = `
update inbox_order o set state = 'draining' from unnest($1::text[], $2::text[]) as r(c, k)
where o.consumer = r.c and o.partition_key = r.k and o.state = 'open'`

const HOLD = `
with held as (
  update inbox set state = 'received', next_attempt_at = clock_timestamp()
  where consumer = $1 and event_id = $2::uuid and state = 'parked' returning consumer, partition_key, event_id
)
update inbox_order o set state = 'blocked', blocked_by = h.event_id from held h where o.consumer = h.consumer and o.partition_key = h.partition_key`

const OPEN = `update inbox_order set state = 'open', blocked_by = null, parked = 0, used_at = clock_timestamp() where consumer = $1 and partition_key = $2`

const DRAINING = `
update inbox_order set state = 'draining', blocked_by = null, parked = greatest(parked - 1, 0), used_at = clock_timestamp()
where consumer = $1 and partition_key = $2`

const EARLIER = `
select 1 from inbox i join inbox_order o on o.consumer = i.consumer and o.partition_key = i.partition_key
where i.consumer = $1 and i.event_id = $2::uuid and (
  exists (select 1 from inbox e where e.consumer = i.consumer and e.partition_key = i.partition_key and e.state in ('dead', 'parked', 'replaying')
    and (coalesce(e.sequence, ''), e.event_id) < (coalesce(i.sequence, ''), i.event_id))
  or exists (select 1 from inbox e where e.consumer = i.consumer and e.event_id = o.blocked_by and e.event_id <> i.event_id and e.state in ('received', 'retrying')))`

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
   * @returns those that must wait for an earlier message of their key; all that are only to be stored: the drain takes them
   * @throws MessagingError MSG_PARKING_FULL
   */
  async waiting(tx: Tx, entries: readonly Delivery[], what: 'run' | 'store'): Promise<Set<Delivery>> {
    const ordered = entries.filter(entry => entry.handler.ordered)
    if (ordered.length === 0) return NONE
    const keys = [...new Map(ordered.map(entry => [keyOf(entry.handler.consumer, entry.envelope.partitionkey), entry])).entries()].sort(byText)
    const rows = await tx.query<OrderedKey & { state: string; parked: number }>(LOCK, [
      keys.map(([, entry]) => entry.handler.consumer), keys.map(([, entry]) => entry.envelope.partitionkey),
    ])
    const closed = new Map(rows.filter(row => row.state !== 'open').map(row => [keyOf(row.consumer, row.partition_key), row]))
    const waiting = new Set(ordered.filter(entry => closed.has(keyOf(entry.handler.consumer, entry.envelope.partitionkey))))
    for (const row of closed.values()) if (row.parked >= this.#parkedLimit) this.#refuse(row)
    if (what === 'run') return waiting
    await tx.execute(SET_ASIDE, [rows.map(row => row.consumer), rows.map(row => row.partition_key)])
    return new Set(ordered)
  }

  /** Makes the message that is next for a locked key due by itself: its key waits for it. */
  async hold(tx: Tx, row: DueRow): Promise<void> {
    await tx.execute(HOLD, [row.consumer, row.event_id])
  }

  /** Sets a message aside behind an earlier one. @returns false when it was there before */
  async park(tx: Tx, { envelope, handler, fingerprint }: Delivery): Promise<boolean> {
    const count = await tx.execute(PARK, [
      handler.consumer, envelope.id.toLowerCase(), envelope.type, envelope.partitionkey, envelope.sequence ?? null, JSON.stringify(envelope), fingerprint,
    ])
    return count === 1
  }

  /** The consumers with keys whose messages wait, ordered or not by now. */
  async consumersWaiting(database: Pick<Tx, 'query'>): Promise<string[]> {
    return (await database.query<{ consumer: string }>(`select distinct consumer from inbox_order where state <> 'open'`)).map(({ consumer }) => consumer)
  }

  /** Locks a key that need wait no longer. */
  async nextKey(tx: Tx, consumers: readonly string[]): Promise<OrderedKey | undefined> {
    return (await tx.query<OrderedKey & Record<string, unknown>>(NEXT_KEY, [consumers]))[0]
  }

  /** The message that is next for a locked key, to be run in this transaction; undefined: there is none, or one that failed comes first. */
  async nextParked(tx: Tx, { consumer, partition_key: key }: OrderedKey): Promise<DueRow | undefined> {
    if ((await tx.query(STILL_BLOCKED, [consumer, key])).length > 0) return undefined
    const [first] = await tx.query<DueRow & { state: string } & Record<string, unknown>>(FIRST_SET_ASIDE, [consumer, key])
    if (!first) await tx.execute(OPEN, [consumer, key])
    else if (first.state === 'parked') await tx.execute(DRAINING, [consumer, key])
    else await tx.execute(BLOCK, [consumer, key, first.event_id])
    return first?.state === 'parked' ? first : undefined
  }

  /**
   * Locks the key of a letter that somebody decides about, if it has one that is kept in order.
   * @returns whether an earlier message of the key failed or waits
   */
  async lockKeyOf(tx: Tx, consumer: string, eventId: string): Promise<boolean> {
    const [key] = await tx.query<{ state: string }>(LOCK_KEY_OF, [consumer, eventId])
    return key !== undefined && key.state !== 'open' && (await tx.query(EARLIER, [consumer, eventId])).length > 0
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
