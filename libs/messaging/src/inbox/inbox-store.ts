import { type Database, type Tx } from '@prep/persistence'
import { type Announcer } from '../dead-letters/announcer.ts'
import { attemptOf, letterOf } from '../dead-letters/dead-letter.ts'
import { type Breakers } from '../delivery/breakers.ts'
import { type FailureRates } from '../dead-letters/failure-rates.ts'
import { groupOf } from '../dead-letters/group-of.ts'
import { recordLetter, recordLetters, type WriteLetter } from '../dead-letters/record-letter.ts'
import { crashFailure } from '../crashes/crash-failure.ts'
import { type Failure } from './failure.ts'
import { type FailedRow, INSERT_FAILED, INSERT_FAILED_ALL, INSERT_FAILED_ORDERED, valuesOf } from './failed-row.ts'
import { blockingUpdate } from './order-store.ts'
import { rowKey } from './row-key.ts'

/** A row to be inserted by a delivery. */
export interface InboxRow {
  readonly consumer: string
  readonly eventId: string
  readonly eventType: string
  readonly partitionKey: string
  readonly state: 'received' | 'handled' | 'retrying' | 'dead'
  readonly attempts: number
  /** JSON as delivered; null once handled. */
  readonly envelope: string | null
  /** See `fingerprintOf`; null for what has none. */
  readonly fingerprint: number | null
  /** Of an ordered handler: when it fails, its key is blocked. */
  readonly ordered?: boolean
  readonly sequence?: string | null
}

/** A row that is due. */
export interface DueRow {
  readonly consumer: string
  readonly event_id: string
  readonly event_type: string
  readonly envelope: string
  readonly attempts: number
  /** The process that has it. */
  readonly claimed_by: string | null
  /** Of an ordered handler: when it fails, its key is blocked. */
  readonly ordered?: boolean
}

/** A row that was at work when its process died. */
export interface SuspectRow extends DueRow {
  /** Processes that died with it, since its last outcome. */
  readonly crashes: number
}

const INSERT = `
insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, next_attempt_at, handled_at, envelope, fingerprint)
select c, e, t, k, s, a, case s when 'received' then clock_timestamp() end, case s when 'handled' then clock_timestamp() end, b, f
from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::integer[]) as r(c, e, t, k, s, a, b, f)
on conflict do nothing returning consumer, event_id`

/* One row alone: planning the arrays would cost three times as much as storing the row. */
const INSERT_ONE = `
insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, next_attempt_at, handled_at, envelope, fingerprint)
values ($1, $2::uuid, $3, $4, $5, $6::integer, case when $5 = 'received' then clock_timestamp() end, case when $5 = 'handled' then clock_timestamp() end, $7,
  $8::integer)
on conflict do nothing`

const REUSED = `
select i.consumer, i.event_id from unnest($1::text[], $2::uuid[], $3::integer[]) as r(c, e, f)
join inbox i on i.consumer = r.c and i.event_id = r.e where i.fingerprint <> r.f`

/*
 * Found by the index of what is due and by nothing else: as a plain comparison, consumer would have the planner read every
 * row that the consumer ever handled, and a volatile clock every row that is due later.
 */
const DUE = `state in ('received', 'retrying') and next_attempt_at <= statement_timestamp() and consumer || '' = any($1::text[])`

/* What another process claimed and did not end is not due: it is a suspect. */
const NO_SUSPECT = (owner: string) => `(claimed_by is null or claimed_by = ${owner})`

/** Only the latest twenty attempts are kept. */
const UPDATE_FAILED = `
update inbox set state = $4, attempts = $5::integer, next_attempt_at = clock_timestamp() + $6::double precision * interval '1 ms',
  claimed_by = null, crashes = null, error_code = $7, error_class = $8, error_message = $9, error_frame = $10, group_id = $13,
  attempt_log = (select jsonb_agg(e order by n) from (
    select e, n from jsonb_array_elements(coalesce(attempt_log, '[]') || $11::jsonb) with ordinality as l(e, n) order by n desc limit 20) kept)
where consumer = $1 and event_id = $2::uuid and attempts = $3::integer and state in ('received', 'retrying', 'parked')
  and claimed_by is not distinct from $12`

/* What has never run was parked. */
const UPDATE_FAILED_ORDERED = blockingUpdate(UPDATE_FAILED, '$3::integer = 0')

const CLAIM_DATABASE = `
select consumer, event_id, event_type, envelope, attempts, claimed_by from inbox
where ${DUE} and ${NO_SUSPECT('$2')}
order by next_attempt_at limit $3::integer for update skip locked`

/* The claim need not be durable: it outlives its process, and if it is lost with the server, the row is due again and the old claim's effect fails. */
const CLAIM = `
with due as materialized (
  select consumer, event_id from inbox
  where ${DUE} and ${NO_SUSPECT('$3')}
  order by next_attempt_at limit $2::integer for update skip locked
)
update inbox i set attempts = i.attempts + 1, claimed_by = $3, next_attempt_at = clock_timestamp() + $4::double precision * interval '1 ms'
from due where i.consumer = due.consumer and i.event_id = due.event_id
returning i.consumer, i.event_id, i.event_type, i.envelope, i.attempts, i.claimed_by, set_config('synchronous_commit', 'off', true)`

const EXTEND_CLAIMS = `
update inbox i set next_attempt_at = clock_timestamp() + $4::double precision * interval '1 ms'
from unnest($1::text[], $2::uuid[]) as r(consumer, event_id)
where i.consumer = r.consumer and i.event_id = r.event_id and i.claimed_by = $3 and i.state in ('received', 'retrying')`

const GIVE_BACK = `
update inbox i set claimed_by = null
from unnest($1::text[], $2::uuid[]) as r(consumer, event_id)
where i.consumer = r.consumer and i.event_id = r.event_id and i.claimed_by = $3 and i.state in ('received', 'retrying')`

const SUSPECTS = `
select 1 from inbox where ${DUE} and claimed_by <> $2 limit 1`

/* Those with fewer crashes first. The crash that makes it a dead letter is written with the letter. */
const TAKE_OVER = `
with due as materialized (
  select consumer, event_id from inbox
  where ${DUE} and claimed_by <> $2
  order by coalesce(crashes, 0), next_attempt_at limit 1 for update skip locked
)
update inbox i set attempts = i.attempts + 1, crashes = coalesce(i.crashes, 0) + 1, claimed_by = $2,
  next_attempt_at = clock_timestamp() + $3::double precision * interval '1 ms',
  attempt_log = case when coalesce(i.crashes, 0) + 1 < $4::integer then coalesce(i.attempt_log, '[]') || $5::jsonb else i.attempt_log end
from due where i.consumer = due.consumer and i.event_id = due.event_id
returning i.consumer, i.event_id, i.event_type, i.envelope, i.attempts, i.claimed_by, i.crashes, set_config('synchronous_commit', 'off', true)`

const FINISH = `
update inbox set state = 'handled', attempts = $3::integer, handled_at = clock_timestamp(), next_attempt_at = null, claimed_by = null, crashes = null, envelope = null
where consumer = $1 and event_id = $2::uuid and state in ('received', 'retrying', 'parked') and claimed_by is not distinct from $4
  and attempts = $5::integer`

/** The inbox's statements. One row per (consumer, event id) is the only record of a delivery. */
export class InboxStore {
  readonly #database: Database
  readonly #announcer: Announcer

  /** Of the outcomes that are recorded here. */
  readonly rates: FailureRates
  readonly breakers: Breakers

  constructor(database: Database, announcer: Announcer, rates: FailureRates, breakers: Breakers) {
    this.breakers = breakers
    this.#database = database
    this.rates = rates
    this.#announcer = announcer
  }

  /**
   * One statement, its rows in the order of the primary key so that two lanes never wait for each other in a circle.
   * @returns keys (`rowKey`) of the rows that were new; the others had been delivered before
   */
  async insert(tx: Tx, rows: readonly InboxRow[]): Promise<Set<string>> {
    const [only] = rows
    if (only && rows.length === 1) {
      const { consumer, eventId, eventType, partitionKey, state, attempts, envelope, fingerprint } = only
      const count = await tx.execute(INSERT_ONE, [consumer, eventId, eventType, partitionKey, state, attempts, envelope, fingerprint])
      return new Set(count === 1 ? [rowKey(consumer, eventId)] : [])
    }
    if (rows.length === 0) return new Set()
    const sorted = [...rows].sort(byKey)
    const column = <K extends keyof InboxRow>(name: K): Array<InboxRow[K]> => sorted.map(row => row[name])
    const inserted = await tx.query<{ consumer: string; event_id: string }>(INSERT, [
      column('consumer'), column('eventId'), column('eventType'), column('partitionKey'), column('state'), column('attempts'), column('envelope'),
      column('fingerprint'),
    ])
    return new Set(inserted.map(row => rowKey(row.consumer, row.event_id)))
  }

  /** Of rows that were there before: keys (`rowKey`) of those that are of another message under the same id. */
  async reused(tx: Tx, rows: readonly InboxRow[]): Promise<Set<string>> {
    if (rows.length === 0) return new Set()
    const found = await tx.query<{ consumer: string; event_id: string }>(REUSED, [
      rows.map(row => row.consumer), rows.map(row => row.eventId), rows.map(row => row.fingerprint),
    ])
    return new Set(found.map(row => rowKey(row.consumer, row.event_id)))
  }

  /** Records a delivery that failed. @returns false when another record was there before */
  async insertFailed(failed: FailedRow): Promise<boolean> {
    const { row, failure, delayMs } = failed
    const write: WriteLetter = connection => connection.execute(row.ordered ? INSERT_FAILED_ORDERED : INSERT_FAILED, valuesOf(failed))
    return this.#record(row, failure, delayMs, write)
  }

  /**
   * As `insertFailed`, for many in one statement; none of an ordered handler.
   * @returns keys (`rowKey`) of those that are recorded now; the others had another record before
   */
  async insertAllFailed(failed: readonly FailedRow[]): Promise<Set<string>> {
    const sorted = [...failed].sort((a, b) => byKey(a.row, b.row))
    const values = sorted.map(valuesOf)
    const columns = values[0]?.map((_, i) => values.map(row => row[i]))
    const letters = sorted.filter(({ delayMs }) => delayMs === null).map(({ row, failure }) => letterOf(row, failure))
    const ours = await recordLetters(this.#database, this.#announcer, letters, async connection => {
      const inserted = await connection.query<{ consumer: string; event_id: string }>(INSERT_FAILED_ALL, columns)
      return new Set(inserted.map(row => rowKey(row.consumer, row.event_id)))
    })
    for (const { row, failure } of sorted) if (ours.has(rowKey(row.consumer, row.eventId))) this.#noteFailed(row, failure)
    return ours
  }

  /**
   * Records another failed run of a row, if nobody else has run it meanwhile (compare-and-set on attempts and claim).
   * @param before attempts as they stand in the row; @param attempts the new count; @param delayMs null: dead
   */
  async updateFailed(row: DueRow, before: number, attempts: number, failure: Failure, delayMs: number | null): Promise<boolean> {
    const write: WriteLetter = connection =>
      connection.execute(row.ordered ? UPDATE_FAILED_ORDERED : UPDATE_FAILED, [
        row.consumer, row.event_id, before, delayMs === null ? 'dead' : 'retrying', attempts, delayMs,
        failure.code, failure.errorClass, failure.message, failure.frame, JSON.stringify([attemptOf(failure)]), row.claimed_by,
        groupOf(row.consumer, failure),
      ])
    const { consumer, event_id: eventId, event_type: eventType, envelope } = row
    return this.#record({ consumer, eventId, eventType, attempts, envelope }, failure, delayMs, write)
  }

  async #record(row: Parameters<typeof letterOf>[0], failure: Failure, delayMs: number | null, write: WriteLetter): Promise<boolean> {
    const isOurs = delayMs === null ? await recordLetter(this.#database, this.#announcer, letterOf(row, failure), write) : (await write(this.#database)) === 1
    if (isOurs) this.#noteFailed(row, failure)
    return isOurs
  }

  #noteFailed(row: Pick<InboxRow, 'consumer' | 'eventId'>, failure: Failure): void {
    if (failure.code !== 'MSG_BREAKER_OPEN') this.rates.failed(row.consumer, failure.code)
    this.breakers.failed(row.consumer, row.eventId, failure)
  }

  /** A handler's run was committed. */
  handled(consumer: string): void {
    this.rates.handled(consumer)
    this.breakers.handled(consumer)
  }

  /** Locks due rows of these consumers until the transaction ends. */
  lockDue(tx: Tx, consumers: readonly string[], owner: string, limit: number): Promise<DueRow[]> {
    return tx.query<DueRow>(CLAIM_DATABASE, [consumers, owner, limit])
  }

  /** Takes due rows for `leaseMs`; their `attempts` count the run that is about to begin. */
  claim(consumers: readonly string[], limit: number, owner: string, leaseMs: number): Promise<DueRow[]> {
    return this.#database.query<DueRow>(CLAIM, [consumers, limit, owner, leaseMs])
  }

  async extend(rows: readonly DueRow[], owner: string, leaseMs: number): Promise<void> {
    await this.#database.execute(EXTEND_CLAIMS, [rows.map(row => row.consumer), rows.map(row => row.event_id), owner, leaseMs])
  }

  /** Ends claims of runs that have no outcome. */
  async giveBack(rows: readonly DueRow[], owner: string): Promise<void> {
    await this.#database.execute(GIVE_BACK, [rows.map(row => row.consumer), rows.map(row => row.event_id), owner])
  }

  /** Whether there are rows that another process claimed, and that nobody heard of since the claim ended. */
  async hasSuspects(consumers: readonly string[], owner: string): Promise<boolean> {
    return (await this.#database.query(SUSPECTS, [consumers, owner])).length > 0
  }

  /** As `claim`, one suspect; its `crashes` count the one that made it a suspect. */
  async takeOver(consumers: readonly string[], owner: string, leaseMs: number, crashLimit: number): Promise<SuspectRow | undefined> {
    const log = JSON.stringify([attemptOf(crashFailure)])
    return (await this.#database.query<SuspectRow & Record<string, unknown>>(TAKE_OVER, [consumers, owner, leaseMs, crashLimit, log]))[0]
  }

  /** Marks a locked or claimed row handled. @returns false when it is no longer ours */
  async finish(tx: Tx, row: DueRow, attempts: number): Promise<boolean> {
    return (await tx.execute(FINISH, [row.consumer, row.event_id, attempts, row.claimed_by, row.attempts])) === 1
  }
}

function byKey(a: InboxRow, b: InboxRow): number {
  if (a.consumer !== b.consumer) return a.consumer < b.consumer ? -1 : 1
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0
}
