import { type Database } from '@prep/persistence'
import { type RelayRow } from './dapr-publisher.ts'

/** After so many refusals a row is set aside; its key waits behind it. */
export const MAX_REFUSALS = 10

export interface Lease {
  readonly shard: number
  readonly owner: string
  /** bigint as text */
  readonly epoch: string
}

/*
 * Kept plain: one clever statement that deletes, takes and picks the first row of each key cost five times as much to plan
 * as running these two, and plans are made anew where statements may not be named (ADR 0004).
 */
const NEXT = `
select id, component, topic, key, payload, size, attempts from outbox
where shard = $1::smallint and state = 'pending' and id <> all($2::bigint[]) order by id limit $3::integer`
const NEXT_UNBLOCKED = NEXT.replace('order by', `and topic || ' ' || key <> all($4::text[]) order by`)

/* Not durable by itself: a row that comes back after a crash is sent twice, and the inbox absorbs it. The setting ends with the statement. */
const DELETE = `
delete from outbox where id = any($1::bigint[]) and exists (
  select from outbox_lease where shard = $2::smallint and owner = $3 and epoch = $4::bigint
    and set_config('synchronous_commit', 'off', true) is not null)`

const REFUSE = `
update outbox o set attempts = o.attempts + 1, last_error = r.detail,
  state = case when o.attempts + 1 >= ${MAX_REFUSALS} then 'blocked' else 'pending' end
from unnest($1::bigint[], $2::text[]) as r(id, detail)
where o.id = r.id returning o.id, o.event_id, o.topic, o.key, o.state, o.attempts`

const PENDING = `
select s.shard from unnest($1::smallint[]) as s(shard)
where exists (select from outbox o where o.shard = s.shard and o.state = 'pending')`

/* An owner's epoch stays while it renews in time and rises with each change of hands. */
const ACQUIRE = `
with free as (
  select shard from outbox_lease where owner = $1 or expires_at <= clock_timestamp() order by shard for update skip locked
)
update outbox_lease l
set owner = $1, epoch = l.epoch + case when l.owner = $1 and l.expires_at > clock_timestamp() then 0 else 1 end,
    expires_at = clock_timestamp() + $2::double precision * interval '1 ms'
from free where l.shard = free.shard
returning l.shard, l.epoch, set_config('synchronous_commit', 'off', true)`

export interface RefusedRow {
  id: string
  event_id: string
  topic: string
  key: string
  state: 'pending' | 'blocked'
  attempts: number
}

/** The relay's statements. */
export class OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * The oldest rows of a shard, in the order in which each key's were committed.
   * @param knownIds rows to leave out: sent, or waiting in memory
   * @param blocked `laneOf` of keys that wait behind a blocked row
   */
  next(shard: number, knownIds: readonly string[], blocked: readonly string[], limit: number): Promise<RelayRow[]> {
    if (blocked.length === 0) return this.#database.query<RelayRow & Record<string, unknown>>(NEXT, [shard, knownIds, limit])
    return this.#database.query<RelayRow & Record<string, unknown>>(NEXT_UNBLOCKED, [shard, knownIds, limit, blocked])
  }

  /** Deletes rows that the broker has, if the lease still is ours; if not, its new owner sends them again. */
  async deleteSent(lease: Lease, ids: readonly string[]): Promise<number> {
    return ids.length === 0 ? 0 : this.#database.execute(DELETE, [ids, lease.shard, lease.owner, lease.epoch])
  }

  /** Counts an attempt of each row; those refused too often become `blocked`. */
  refuse(refused: ReadonlyArray<{ row: RelayRow; detail: string }>): Promise<RefusedRow[]> {
    return this.#database.query<RefusedRow & Record<string, unknown>>(REFUSE, [refused.map(({ row }) => row.id), refused.map(({ detail }) => detail)])
  }

  /** `laneOf` of each key with a blocked row. */
  async blocked(shard: number): Promise<string[]> {
    const rows = await this.#database.query<{ lane: string }>(
      `select distinct topic || ' ' || key as lane from outbox where shard = $1::smallint and state = 'blocked'`,
      [shard],
    )
    return rows.map(row => row.lane)
  }

  /** Which of the shards have something to send. */
  async pendingShards(shards: readonly number[]): Promise<number[]> {
    const rows = await this.#database.query<{ shard: number }>(PENDING, [shards])
    return rows.map(row => row.shard)
  }

  /** Takes or renews what is free or ours. */
  async acquire(owner: string, leaseMs: number): Promise<Lease[]> {
    const rows = await this.#database.query<{ shard: number; epoch: string }>(ACQUIRE, [owner, leaseMs])
    return rows.map(row => ({ shard: row.shard, owner, epoch: row.epoch }))
  }

  async release(owner: string): Promise<void> {
    await this.#database.execute(`update outbox_lease set expires_at = '-infinity' where owner = $1`, [owner])
  }
}

/** Rows with the same one leave in order, one at a time. */
export function laneOf(row: { topic: string; key: string }): string {
  return `${row.topic} ${row.key}`
}
