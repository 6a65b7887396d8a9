import { type Database } from '@prep/persistence'
import { type OutboxRow } from '../outbox/handover.ts'

/** After so many refusals a row is set aside; its key waits behind it. */
export const MAX_REFUSALS = 10

export interface Lease {
  readonly shard: number
  readonly owner: string
  /** bigint as text */
  readonly epoch: string
}

/** What one look at the table is for. */
export interface Look {
  readonly leases: readonly Lease[]
  /** Rows to delete: the broker has them. */
  readonly sentIds: readonly string[]
  /** Rows to leave out: on their way, or waiting in memory. */
  readonly knownIds: readonly string[]
  /** Only rows with a higher id. */
  readonly lowWater: string
  /** Topics of which no more fits into memory. */
  readonly fullTopics: readonly string[]
  /** `laneOf` of keys that wait behind a blocked row. */
  readonly blocked: readonly string[]
  /** 0: only delete. */
  readonly limit: number
}

/** The ids above the low-water mark are few; the primary key gives them in order. */
export const FIND = `
select id, shard, component, topic, key, payload, size, attempts from outbox
where id > $1::bigint and state = 'pending' and shard = any($2::smallint[]) and id <> all($3::bigint[]) order by id limit $4::integer`
const FIND_PAST = FIND.replace('order by', `and topic <> all($5::text[]) and topic || ' ' || key <> all($6::text[]) order by`)

/*
 * Not durable by itself: a row that comes back after a crash is sent twice, and the inbox absorbs it. The setting ends with
 * the statement. Shards whose lease has gone to somebody else are left to him.
 */
const deletion = (first: number): string => `
delete from outbox where id = any($${first}::bigint[]) and shard = any(array(
  select l.shard from outbox_lease l join unnest($${first + 1}::smallint[], $${first + 2}::bigint[]) as held(shard, epoch) using (shard, epoch)
  where l.owner = $${first + 3} and set_config('synchronous_commit', 'off', true) is not null))`

const DELETE = deletion(1)
const DELETE_AND_FIND = `with gone as (${deletion(5)}) ${FIND}`
const DELETE_AND_FIND_PAST = `with gone as (${deletion(7)}) ${FIND_PAST}`

const REFUSE = `
update outbox o set attempts = o.attempts + 1, last_error = r.detail,
  state = case when o.attempts + 1 >= ${MAX_REFUSALS} then 'blocked' else 'pending' end
from unnest($1::bigint[], $2::text[]) as r(id, detail)
where o.id = r.id returning o.id, o.event_id, o.topic, o.key, o.state, o.attempts, o.last_error`

const BLOCKED = `select distinct topic || ' ' || key as lane from outbox where shard = any($1::smallint[]) and state = 'blocked'`

/* Whoever writes rows holds this lock from before their ids are given out until they can be seen, or never will be. */
const WRITERS = `
select distinct virtualtransaction as writer from pg_locks
where locktype = 'relation' and relation = 'outbox'::regclass and mode = 'RowExclusiveLock'`

/*
 * An owner's epoch stays while it renews in time and rises with each change of hands. A lease that ends ten leases ahead
 * was taken before the database's clock was set back: whoever lives renews it, and the dead must not keep it for hours.
 */
const ACQUIRE = `
with free as (
  select shard from outbox_lease
  where owner = $1 or expires_at <= clock_timestamp() or expires_at > clock_timestamp() + $2::double precision * interval '10 ms'
  order by shard for update skip locked
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
  last_error: string
}

/** The relay's statements. */
export class OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The oldest rows of the shards, in the order in which each key's were committed; what was sent goes in the same statement. */
  async look(look: Look): Promise<OutboxRow[]> {
    if (look.limit === 0) {
      await this.deleteSent(look.leases, look.sentIds)
      return []
    }
    const isPlain = look.fullTopics.length === 0 && look.blocked.length === 0
    const find = [look.lowWater, look.leases.map(lease => lease.shard), look.knownIds, look.limit, ...(isPlain ? [] : [look.fullTopics, look.blocked])]
    if (look.sentIds.length === 0) return this.#rows(isPlain ? FIND : FIND_PAST, find)
    return this.#rows(isPlain ? DELETE_AND_FIND : DELETE_AND_FIND_PAST, [...find, ...deletionOf(look.leases, look.sentIds)])
  }

  /** Deletes rows that the broker has, where the lease still is ours; where not, its new owner sends them again. */
  async deleteSent(leases: readonly Lease[], ids: readonly string[]): Promise<number> {
    return ids.length === 0 || leases.length === 0 ? 0 : this.#database.execute(DELETE, deletionOf(leases, ids))
  }

  /**
   * Gives the room of deleted rows to later ones, and tells the planner what the table is like: knowing nothing, it would have
   * a look read all pages. Nothing is done while somebody else does it.
   */
  async vacuum(): Promise<void> {
    await this.#database.execute('vacuum (analyze, skip_locked, truncate false) outbox')
  }

  /** Counts an attempt of each row; those refused too often become `blocked`. */
  refuse(refused: ReadonlyArray<{ row: OutboxRow; detail: string }>): Promise<RefusedRow[]> {
    return this.#database.query<RefusedRow & Record<string, unknown>>(REFUSE, [refused.map(({ row }) => row.id), refused.map(({ detail }) => detail)])
  }

  /** `laneOf` of each key with a blocked row. */
  async blocked(shards: readonly number[]): Promise<string[]> {
    return (await this.#database.query<{ lane: string }>(BLOCKED, [shards])).map(row => row.lane)
  }

  /** The transactions that have written to the outbox, or may be about to, and are not over. */
  async writers(): Promise<Set<string>> {
    return new Set((await this.#database.query<{ writer: string }>(WRITERS)).map(row => row.writer))
  }

  /** Takes or renews what is free or ours. */
  async acquire(owner: string, leaseMs: number): Promise<Lease[]> {
    const rows = await this.#database.query<{ shard: number; epoch: string }>(ACQUIRE, [owner, leaseMs])
    return rows.map(row => ({ shard: row.shard, owner, epoch: row.epoch }))
  }

  async release(owner: string): Promise<void> {
    await this.#database.execute(`update outbox_lease set expires_at = '-infinity' where owner = $1`, [owner])
  }

  #rows(sql: string, params: unknown[]): Promise<OutboxRow[]> {
    return this.#database.query<OutboxRow & Record<string, unknown>>(sql, params)
  }
}

function deletionOf(leases: readonly Lease[], ids: readonly string[]): unknown[] {
  return [ids, leases.map(lease => lease.shard), leases.map(lease => lease.epoch), leases[0]?.owner]
}

/** Rows with the same one leave in order, one at a time. */
export function laneOf(row: { topic: string; key: string }): string {
  return `${row.topic} ${row.key}`
}
