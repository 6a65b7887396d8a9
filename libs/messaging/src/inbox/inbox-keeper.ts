import { logger } from '@prep/observability'
import { type Database, sqlStateOf, type Tx } from '@prep/persistence'
import { DAYS_AHEAD } from '../migrations/inbox-tables.ts'
import { beginOfDay, DAY_MS, dayOf, type InboxDay } from './inbox-days.ts'
import { inboxMetrics } from './inbox-metrics.ts'
import { PollLoop } from './poll-loop.ts'

const POLL_MS = 3_600_000
/** Somebody held what was needed, or another replica is at it: soon again. */
const PREVENTED_MS = 60_000
/** Deliveries wait behind a lock that is waited for: rather try again later than hold them up. */
const LOCK_TIMEOUT = `set local lock_timeout = '500ms'`
/** Any constant that replicas of a service share. */
const TRY_LOCK = 'select pg_try_advisory_xact_lock(7305551013) as locked'
const LOCK_NOT_AVAILABLE = '55P03'

/** A day with more of them is kept whole: moving holds up deliveries. */
const MAX_MOVED = 5_000
const RESOLVED = `('handled', 'skipped')`
const UNRESOLVED = `('received', 'retrying', 'dead', 'parked', 'replaying', 'archived')`

const TABLES = `
select clock_timestamp() as now, array(
  select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'inbox'::regclass) as tables`

/* Keys that nobody waits for are forgotten: the next message makes them anew. */
const PRUNE_ORDER = `delete from inbox_order where state = 'open' and used_at < clock_timestamp() - interval '1 day'`

const PRUNE_DEFAULT = `
delete from inbox_default where ctid = any(array(
  select ctid from inbox_default where state in ${RESOLVED} and received_at < clock_timestamp() - $1::double precision * interval '1 ms' limit 5000))`

/* Never one that is under way, nor one about a row that is still there: whoever looks at that wants to know what was asked. */
const PRUNE_DECISIONS = `
delete from letter_decision where command_id = any(array(
  select command_id from letter_decision d
  where outcome is not null and ended_at < clock_timestamp() - $1::double precision * interval '1 ms'
    and not exists (select 1 from inbox i where i.consumer = d.consumer and i.event_id = d.event_id) limit 5000))`

const PRUNE_OUTBOX_DECISIONS = `
delete from outbox_decision where id = any(array(
  select id from outbox_decision where decided_at < clock_timestamp() - $1::double precision * interval '1 ms' limit 5000))`

export interface InboxKeeperOptions {
  /** How long ids are remembered, in ms. */
  readonly retentionMs: number
  /** How long at least operators' decisions are kept, about letters and about blocked rows of the outbox, in ms. */
  readonly decisionRetentionMs: number
  readonly maxMoved?: number
}

/**
 * Keeps the inbox's days: makes the next ones, and drops those past retention. What is unresolved is never dropped: it
 * moves to the default partition, or its whole day stays. Any number of replicas may run it; an advisory lock of the
 * transaction lets one at a time work. It runs with the rights of the service's own role, which owns the table.
 */
export class InboxKeeper {
  readonly #database: Database
  readonly #retentionMs: number
  readonly #decisionRetentionMs: number
  readonly #maxMoved: number
  readonly #loop: PollLoop

  constructor(database: Database, options: InboxKeeperOptions) {
    this.#database = database
    this.#retentionMs = options.retentionMs
    this.#decisionRetentionMs = options.decisionRetentionMs
    this.#maxMoved = options.maxMoved ?? MAX_MOVED
    this.#loop = new PollLoop('inbox days', POLL_MS, () => this.keep())
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One round. @returns in how many ms it wants another one before its usual time */
  async keep(): Promise<number | undefined> {
    const [seen] = await this.#database.query<{ now: Date; tables: string[] }>(TABLES)
    if (!seen) return undefined
    const now = seen.now.getTime()
    const tables = new Set(seen.tables)
    const days = Array.from({ length: DAYS_AHEAD + 2 }, (_, i) => dayOf(now + (i - 1) * DAY_MS))
    // One day more than the retention: the clock that judges a message's age is the service's, not the database's.
    const old = seen.tables.filter(table => (beginOfDay(table) ?? Infinity) + DAY_MS < now - this.#retentionMs - DAY_MS).sort()
    let prevented = false
    for (const day of days) {
      if (tables.has(day.table)) continue
      if (await this.#exclusively(day.table, tx => makeDay(tx, day))) tables.add(day.table)
      else prevented = true
    }
    for (const table of old) prevented = !(await this.#exclusively(table, tx => this.#dropDay(tx, table))) || prevented
    inboxMetrics().daysAhead.set(days.slice(2).filter(day => tables.has(day.table)).length)
    const pruned = await this.#database.execute(PRUNE_DEFAULT, [this.#retentionMs + DAY_MS])
    await this.#database.execute(PRUNE_ORDER)
    let forgotten = 0
    for (const prune of [PRUNE_DECISIONS, PRUNE_OUTBOX_DECISIONS]) forgotten += await this.#database.execute(prune, [this.#decisionRetentionMs])
    if (pruned > 0 || forgotten > 0) return 0
    return prevented ? PREVENTED_MS : undefined
  }

  /** @returns false when somebody else was in the way, and nothing was done */
  async #exclusively(table: string, work: (tx: Tx) => Promise<void>): Promise<boolean> {
    try {
      return await this.#database.transaction(async tx => {
        await tx.query(LOCK_TIMEOUT)
        const [lock] = await tx.query<{ locked: boolean }>(TRY_LOCK)
        if (!lock?.locked) return false
        await work(tx)
        return true
      })
    } catch (error) {
      if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error
      logger().info({ table }, "A day of the inbox could not be made or dropped while it was in use; it is tried again")
      return false
    }
  }

  async #dropDay(tx: Tx, table: string): Promise<void> {
    const open = await tx.query(`select 1 from ${table} where state in ${UNRESOLVED} limit ${this.#maxMoved + 1}`)
    if (open.length > this.#maxMoved) {
      logger().warn({ table }, 'A day of the inbox is kept beyond its retention: too much of it is unresolved')
      return
    }
    // The parent first, as everybody else does: no circle of waiting.
    await tx.query('lock table only inbox in access exclusive mode')
    await tx.query(`alter table inbox detach partition ${table}`)
    const moved = await tx.execute(`insert into inbox select * from ${table} where state not in ${RESOLVED}`)
    await tx.query(`drop table ${table}`)
    logger().info({ table, moved }, 'A day of the inbox is past its retention and was dropped; what is unresolved was moved')
  }
}

/** Rows that came while the day had no table of its own are in the default partition, and move. */
async function makeDay(tx: Tx, { table, from, to }: InboxDay): Promise<void> {
  if ((await tx.query(`select 1 where to_regclass('${table}') is not null`)).length > 0) return
  // Attaching a finished table locks less than making a partition: deliveries to other days go on.
  await tx.query(`create table ${table} (like inbox including all)`)
  await tx.query('lock table inbox_default in access exclusive mode')
  await tx.query(`with moved as (delete from inbox_default where event_id >= '${from}' and event_id < '${to}' returning *) insert into ${table} select * from moved`)
  await tx.query(`alter table inbox attach partition ${table} for values from ('${from}') to ('${to}')`)
}
