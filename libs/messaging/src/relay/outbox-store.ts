import { type Database } from '@prep/persistence'
import { type RelayRow } from './dapr-publisher.ts'

/** At most so many rows and bytes are taken from a shard at once. */
export const BULK_ROWS = 200
export const BULK_BYTES = 2 * 1024 * 1024
/** Rows looked at to find the first of each key. */
const WINDOW = 1_000
/** After so many refusals a row is set aside; its key waits behind it. */
export const MAX_REFUSALS = 10

export interface Lease {
  readonly shard: number
  readonly owner: string
  /** bigint as text */
  readonly epoch: string
}

/** What one exchange with the table gave. `held` false: the lease is another's by now; nothing was deleted. */
export interface Exchange {
  readonly held: boolean
  readonly rows: RelayRow[]
}

/*
 * One statement a cycle: delete what was sent, fenced by the epoch, and take what comes next. The first row of each
 * (topic, key) only; none of a key with a blocked row before it. The delete need not be durable: a row that comes back
 * is sent twice and the inbox absorbs it. set_config sits where it must be evaluated; it ends with the statement.
 */
const EXCHANGE = `
with held as materialized (
  select 1 from outbox_lease
  where shard = $1::smallint and owner = $2 and epoch = $3::bigint and set_config('synchronous_commit', 'off', true) is not null
), gone as (
  delete from outbox where id = any($4::bigint[]) and exists (select from held)
), first as (
  select distinct on (topic, key) id from (
    select id, topic, key from outbox
    where shard = $1::smallint and state = 'pending' and id <> all($4::bigint[])
    order by id limit ${WINDOW}
  ) look
  where key <> all($5::text[])
    and not exists (select from outbox b where b.shard = $1::smallint and b.state = 'blocked' and b.topic = look.topic and b.key = look.key)
  order by topic, key, id
), next as (
  select o.id, component, topic, key, payload, size, attempts, sum(size) over (order by o.id) as total
  from outbox o join first using (id) order by o.id limit ${BULK_ROWS}
)
select n.id, n.component, n.topic, n.key, n.payload, n.size, n.attempts
from held left join next n on n.total <= ${BULK_BYTES} or n.total = n.size
order by n.id`

const REFUSE = `
update outbox o set attempts = o.attempts + 1, last_error = r.detail,
  state = case when o.attempts + 1 >= ${MAX_REFUSALS} then 'blocked' else 'pending' end
from unnest($1::bigint[], $2::text[]) as r(id, detail)
where o.id = r.id returning o.id, o.event_id, o.topic, o.state, o.attempts`

export interface RefusedRow {
  id: string
  event_id: string
  topic: string
  state: 'pending' | 'blocked'
  attempts: number
}

/** The relay's statements. */
export class OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @param skipKeys keys that are to wait a little */
  async exchange(lease: Lease, sentIds: readonly string[], skipKeys: readonly string[]): Promise<Exchange> {
    const rows = await this.#database.query<RelayRow & { id: string | null }>(EXCHANGE, [lease.shard, lease.owner, lease.epoch, sentIds, skipKeys])
    return { held: rows.length > 0, rows: rows.filter(row => row.id !== null) }
  }

  /** Counts an attempt of each row; those refused too often become `blocked`. */
  refuse(refused: ReadonlyArray<{ row: RelayRow; detail: string }>): Promise<RefusedRow[]> {
    return this.#database.query<RefusedRow>(REFUSE, [refused.map(({ row }) => row.id), refused.map(({ detail }) => detail)])
  }

  /** Which of the shards have something to send. */
  async pendingShards(shards: readonly number[]): Promise<number[]> {
    const rows = await this.#database.query<{ shard: number }>(
      `select s.shard from unnest($1::smallint[]) as s(shard)
       where exists (select from outbox o where o.shard = s.shard and o.state = 'pending')`,
      [shards],
    )
    return rows.map(row => row.shard)
  }

  /** Takes or renews what is free or ours. An owner's epoch stays while it renews in time and rises with each change. */
  async acquire(owner: string, leaseMs: number): Promise<Lease[]> {
    const rows = await this.#database.query<{ shard: number; epoch: string }>(
      `with free as (
         select shard from outbox_lease where owner = $1 or expires_at <= clock_timestamp() order by shard for update skip locked
       )
       update outbox_lease l
       set owner = $1, epoch = l.epoch + case when l.owner = $1 and l.expires_at > clock_timestamp() then 0 else 1 end,
           expires_at = clock_timestamp() + $2::double precision * interval '1 ms'
       from free where l.shard = free.shard
       returning l.shard, l.epoch, set_config('synchronous_commit', 'off', true)`,
      [owner, leaseMs],
    )
    return rows.map(row => ({ shard: row.shard, owner, epoch: row.epoch }))
  }

  async release(owner: string): Promise<void> {
    await this.#database.execute(`update outbox_lease set expires_at = '-infinity' where owner = $1`, [owner])
  }
}
