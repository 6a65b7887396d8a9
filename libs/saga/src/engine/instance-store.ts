import { gathered, type Tx } from '@prep/persistence'
import type { Action, TimerRef } from '../domain/instance.ts'
import type { InstanceRow, StepRow } from './rows.ts'

/** An instance that this transaction has locked, with its steps, and the database's time. */
export interface Locked {
  readonly row: InstanceRow
  readonly steps: readonly StepRow[]
  readonly now: Date
}

export interface LockedForReply extends Locked {
  readonly step: string
  readonly action: Action
  readonly attempt: number
}

/** Whom a new instance belongs to; kept so that what a timer sends later belongs there too. */
export interface Origin {
  readonly correlationId: string
  readonly tenantId: string | null
  readonly traceparent: string | null
}

const INSERT = `
  insert into saga_instance (id, saga, key, definition_version, version, state, status, direction,
                             started_at, updated_at, deadline, correlation_id, tenant_id, traceparent)
  values ($1, $2, $3, $4, 0, $5, 'running', 'forward', now(), now(), now(), $6, $7, $8)
  on conflict (saga, key) do nothing
  returning clock_timestamp() as now`

/** Makes the instance unless its key has one already; gives the database's time, or undefined when another was first. */
export async function insertInstance(
  tx: Tx,
  instance: { id: string; saga: string; key: string; definitionVersion: number; state: unknown },
  origin: Origin,
): Promise<Date | undefined> {
  const { id, saga, key, definitionVersion, state } = instance
  const { correlationId, tenantId, traceparent } = origin
  const params = [id, saga, key, definitionVersion, JSON.stringify(state), correlationId, tenantId, traceparent]
  const [row] = await tx.query<{ now: Date }>(INSERT, params)
  return row?.now
}

/* Lateral, so that the planner goes by the ids whatever it knows of the tables; of JSON it assumes always the same number, and plans once. */
const ASKED = `
  from (select value::uuid as command_id from jsonb_array_elements_text($1)) asked`

const LOCK_BY_COMMANDS = `
  select l.*, asked.command_id, clock_timestamp() as now${ASKED}
  cross join lateral (
    select i.*, c.step, c.action, c.attempt
    from saga_command c
    join saga_instance i on i.id = c.instance_id
    where c.id = asked.command_id
    for update of i
  ) l`

const STEPS_BY_COMMANDS = `
  select s.*, asked.command_id${ASKED}
  cross join lateral (
    select s.* from saga_step s where s.instance_id = (select c.instance_id from saga_command c where c.id = asked.command_id) offset 0
  ) s`

type OfCommand<R> = R & { readonly command_id: string }

/** Locks the instance that sent this command; undefined when no instance did. */
export const lockByCommand = gathered(async (tx, commandIds: readonly string[]): Promise<Array<LockedForReply | undefined>> => {
  // Sent together, run in this order: the second statement has its own snapshot, taken after the locks were given.
  const asked = JSON.stringify([...new Set(commandIds)])
  const [instances, steps] = await Promise.all([
    tx.query<OfCommand<InstanceRow & LockedForReply>>(LOCK_BY_COMMANDS, [asked]),
    tx.query<OfCommand<StepRow>>(STEPS_BY_COMMANDS, [asked]),
  ])
  const stepsOf = Map.groupBy(steps, ({ command_id: id }) => id)
  const rowOf = new Map(instances.map(row => [row.command_id, row]))
  return commandIds.map(id => {
    const row = rowOf.get(id)
    return row && { row, steps: stepsOf.get(id) ?? [], now: row.now, step: row.step, action: row.action, attempt: row.attempt }
  })
})

const LOCK_A_DUE_INSTANCE = `
  select t.instance_id, t.step, t.kind
  from saga_timer t
  join saga_instance i on i.id = t.instance_id
  where t.due_at <= now()
  order by t.due_at
  limit 1
  for update of i skip locked`

const LOOK_AGAIN = `
  select i.*, clock_timestamp() as now
  from saga_timer t
  join saga_instance i on i.id = t.instance_id
  where t.instance_id = $1 and t.step = $2 and t.kind = $3 and t.due_at <= now()`

export interface DueTimer extends TimerRef {
  readonly instanceId: string
}

/**
 * Locks the instance of the timer that is due longest. An instance that somebody else works on is passed over: its
 * timer is about to be answered, or is found again. Locks go instance first, as those of a reply do.
 */
export async function lockDueInstance(tx: Tx): Promise<DueTimer | undefined> {
  const [row] = await tx.query<{ instance_id: string; step: string; kind: TimerRef['kind'] }>(LOCK_A_DUE_INSTANCE)
  return row === undefined ? undefined : { instanceId: row.instance_id, step: row.step, kind: row.kind }
}

/** The locked instance of a timer that is still set and still due, seen anew; undefined when a reply was faster. */
export async function lookAgain(tx: Tx, { instanceId, step, kind }: DueTimer): Promise<Locked | undefined> {
  const [[row], steps] = await Promise.all([
    tx.query<InstanceRow & { now: Date }>(LOOK_AGAIN, [instanceId, step, kind]),
    tx.query<StepRow>('select * from saga_step where instance_id = $1', [instanceId]),
  ])
  return row === undefined ? undefined : { row, steps, now: row.now }
}

const STARTED_AGAIN = `
  with again as (update saga_instance set version = version + 1 where saga = $1 and key = $2 returning id, version)
  insert into saga_history (instance_id, seq, at, message_id, event, decision)
  select id, version, clock_timestamp(), $3, $4, $5 from again`

/** Leaves a trace of a start event for a key that has its instance. */
export async function recordStartedAgain(tx: Tx, saga: string, key: string, messageId: string | null, event: unknown, note: unknown): Promise<void> {
  await tx.execute(STARTED_AGAIN, [saga, key, messageId, JSON.stringify(event), JSON.stringify({ notes: [note] })])
}
