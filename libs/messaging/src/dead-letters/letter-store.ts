import { type Database, type Tx } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { type MessagingErrorCode } from '../errors.ts'
import { type Failure } from '../inbox/failure.ts'
import { type OrderStore } from '../inbox/order-store.ts'
import { type Attempt } from './dead-letter.ts'
import { groupOf } from './group-of.ts'

/** What an operator asks of a letter, by a command. */
export interface Decision {
  readonly commandId: string
  readonly action: 'replay' | 'skip'
  readonly consumer: string
  readonly eventId: string
  readonly operator: string
  readonly reason: string | null
  readonly correlationId: string
}

/** A replay that is to be run, with its letter. */
export interface Replay {
  readonly command_id: string
  readonly consumer: string
  readonly event_id: string
  readonly operator: string
  readonly correlation_id: string
  readonly envelope: string
  readonly attempts: number
}

const TAKE = `
update inbox set state = 'replaying', next_attempt_at = null, claimed_by = null
where consumer = $1 and event_id = $2::uuid and state = 'dead'`

const SKIP = `
with was as (select consumer, event_id, state from inbox where consumer = $1 and event_id = $2::uuid and state in ('dead', 'parked') for update),
skipped as (
  update inbox i set state = 'skipped', decided_at = clock_timestamp(), decided_by = $3, decided_why = $4
  from was where i.consumer = was.consumer and i.event_id = was.event_id returning i.consumer, i.partition_key, was.state
),
counted as (
  update inbox_order o set parked = greatest(o.parked - 1, 0) from skipped s
  where s.state = 'parked' and o.consumer = s.consumer and o.partition_key = s.partition_key
)
select 1 from skipped`

const INSERT = `
insert into letter_decision (command_id, action, consumer, event_id, operator, reason, correlation_id, outcome, code, ended_at)
values ($1::uuid, $2, $3, $4::uuid, $5, $6, $7, $8, $9, case when $8::text is not null then clock_timestamp() end)`

/* The letter's own row is not locked: only who holds the claim may end the replay. */
const CLAIM = `
with due as materialized (
  select command_id from letter_decision where outcome is null and claimed_until < clock_timestamp() and (claimed_by is null or claimed_by = $1)
  order by claimed_until limit 1 for update skip locked
)
update letter_decision d set claimed_by = $1, claimed_until = clock_timestamp() + $2::double precision * interval '1 ms'
from due, inbox i
where d.command_id = due.command_id and i.consumer = d.consumer and i.event_id = d.event_id and i.state = 'replaying'
returning d.command_id, d.consumer, d.event_id, d.operator, d.correlation_id, i.envelope, i.attempts`

const ABANDONED = `select 1 from letter_decision where outcome is null and claimed_until < clock_timestamp() and claimed_by <> $1 limit 1`

const TAKE_OVER = `
with due as materialized (
  select command_id from letter_decision where outcome is null and claimed_until < clock_timestamp() and claimed_by <> $1
  order by crashes, claimed_until limit 1 for update skip locked
)
update letter_decision d set claimed_by = $1, claimed_until = clock_timestamp() + $2::double precision * interval '1 ms', crashes = d.crashes + 1
from due, inbox i
where d.command_id = due.command_id and i.consumer = d.consumer and i.event_id = d.event_id and i.state = 'replaying'
returning d.command_id, d.consumer, d.event_id, d.operator, d.correlation_id, i.envelope, i.attempts, d.crashes`

const EXTEND = `
update letter_decision set claimed_until = clock_timestamp() + $3::double precision * interval '1 ms'
where command_id = $1::uuid and claimed_by = $2 and outcome is null`

const END = `
update letter_decision set outcome = $3, code = $4, ended_at = clock_timestamp()
where command_id = $1::uuid and claimed_by = $2 and outcome is null`

const HANDLED = `
update inbox set state = 'handled', attempts = attempts + 1, handled_at = clock_timestamp(), envelope = null
where consumer = $1 and event_id = $2::uuid and state = 'replaying'`

const DEAD_AGAIN = `
update inbox set state = 'dead', attempts = attempts + 1, error_code = $3, error_class = $4, error_message = $5, error_frame = $6,
  group_id = $7, attempt_log = coalesce(attempt_log, '[]') || $8::jsonb
where consumer = $1 and event_id = $2::uuid and state = 'replaying'`

/** Statements about letters that somebody decides about. Each change of a row is a compare-and-set on its state. */
export class LetterStore {
  readonly #database: Database
  readonly #order: OrderStore

  constructor(database: Database, order: OrderStore) {
    this.#database = database
    this.#order = order
  }

  /** Carries a decision out, or writes down why not. @returns the code of the refusal; undefined when it was done */
  async decide(tx: Tx, decision: Decision): Promise<MessagingErrorCode | undefined> {
    const { action, consumer, eventId, operator, reason } = decision
    crashAroundCommit(tx, 'decision')
    const isBehind = await this.#order.lockKeyOf(tx, consumer, eventId)
    const changed = action === 'skip' ? await tx.execute(SKIP, [consumer, eventId, operator, reason]) : isBehind ? 0 : await this.#take(tx, consumer, eventId)
    const refusal = changed === 1 ? undefined : await this.#refusal(tx, decision)
    const outcome = refusal ? 'refused' : action === 'skip' ? 'skipped' : null
    await tx.execute(INSERT, [decision.commandId, action, consumer, eventId, operator, reason, decision.correlationId, outcome, refusal ?? null])
    return refusal
  }

  /** Takes one open replay for `leaseMs`. */
  async claim(owner: string, leaseMs: number): Promise<Replay | undefined> {
    return (await this.#database.query<Replay & Record<string, unknown>>(CLAIM, [owner, leaseMs]))[0]
  }

  /** Whether there is a replay whose process died. */
  async hasAbandoned(owner: string): Promise<boolean> {
    return (await this.#database.query(ABANDONED, [owner])).length > 0
  }

  /** As `claim`, one that is abandoned; `crashes` count the processes that died with it. */
  async takeOver(owner: string, leaseMs: number): Promise<(Replay & { readonly crashes: number }) | undefined> {
    return (await this.#database.query<Replay & { crashes: number } & Record<string, unknown>>(TAKE_OVER, [owner, leaseMs]))[0]
  }

  /** @returns false when another worker has it */
  async extend(replay: Replay, owner: string, leaseMs: number): Promise<boolean> {
    return (await this.#database.execute(EXTEND, [replay.command_id, owner, leaseMs])) === 1
  }

  /** @returns false when the replay is no longer ours: roll back */
  async handled(tx: Tx, replay: Replay, owner: string): Promise<boolean> {
    if ((await tx.execute(END, [replay.command_id, owner, 'handled', null])) !== 1) return false
    return (await tx.execute(HANDLED, [replay.consumer, replay.event_id])) === 1
  }

  /** @returns false when the replay is no longer ours: roll back */
  async deadAgain(tx: Tx, replay: Replay, owner: string, failure: Failure, attempt: Attempt): Promise<boolean> {
    if ((await tx.execute(END, [replay.command_id, owner, 'dead', failure.code])) !== 1) return false
    const { consumer, event_id: eventId } = replay
    const { code, errorClass, message, frame } = failure
    const values = [consumer, eventId, code, errorClass, message, frame, groupOf(consumer, failure), JSON.stringify([attempt])]
    return (await tx.execute(DEAD_AGAIN, values)) === 1
  }

  /** What could not be read has no handler that could run again. */
  async #take(tx: Tx, consumer: string, eventId: string): Promise<number> {
    return consumer.endsWith('/raw') ? 0 : tx.execute(TAKE, [consumer, eventId])
  }

  async #refusal(tx: Tx, { action, consumer, eventId }: Decision): Promise<MessagingErrorCode> {
    const [known] = await tx.query<{ state: string }>('select state from inbox where consumer = $1 and event_id = $2::uuid', [consumer, eventId])
    if (!known) return 'MSG_LETTER_UNKNOWN'
    if (action === 'replay' && consumer.endsWith('/raw')) return 'MSG_LETTER_UNREADABLE'
    return action === 'replay' && ['dead', 'parked'].includes(known.state) ? 'MSG_LETTER_NOT_NEXT' : 'MSG_LETTER_NOT_DEAD'
  }
}
