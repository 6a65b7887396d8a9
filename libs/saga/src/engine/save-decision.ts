import { gathered, type Tx } from '@prep/persistence'
import { type RecordedEvent, recordDecision } from '../domain/history.ts'
import type { Decision } from '../domain/instance.ts'
import { concurrentUpdate } from '../errors.ts'
import { type Origin } from './instance-store.ts'
import { rowOfStep } from './rows.ts'

/**
 * Everything that some decisions change, each of another instance, in one statement. Gives the instances that were as expected.
 * They are written as if they could be new: that goes by their ids, where an update may read the whole table, planned while it was empty.
 */
const SAVE = `
  with decided as materialized (
    select * from jsonb_to_recordset($1) as d(id uuid, saga text, key text, definition_version integer, version integer, state jsonb, status text,
      direction text, current_step text, outcome text, failure jsonb, started_at timestamptz, deadline timestamptz, correlation_id text,
      at timestamptz, message_id uuid, event jsonb, decision jsonb)
  ), saved as (
    insert into saga_instance as i (id, saga, key, definition_version, version, state, status, direction, current_step, outcome, failure,
      started_at, deadline, updated_at, correlation_id)
    select id, saga, key, definition_version, version, state, status, direction, current_step, outcome, failure, started_at, deadline, at, correlation_id
    from decided
    on conflict (id) do update
    set version = excluded.version, state = excluded.state, status = excluded.status, direction = excluded.direction,
        current_step = excluded.current_step, outcome = excluded.outcome, failure = excluded.failure,
        started_at = excluded.started_at, deadline = excluded.deadline, updated_at = excluded.updated_at
    where i.version = excluded.version - 1
    returning i.id
  ), steps as (
    insert into saga_step
    select s.* from jsonb_to_recordset($2) as s(instance_id uuid, step text, status text, sends integer, undo_sends integer, undos_overtaken integer,
      deadline timestamptz, sent_at timestamptz, answered_at timestamptz, undone_at timestamptz)
    on conflict (instance_id, step) do update
    set status = excluded.status, sends = excluded.sends, undo_sends = excluded.undo_sends, undos_overtaken = excluded.undos_overtaken,
        deadline = excluded.deadline, sent_at = excluded.sent_at, answered_at = excluded.answered_at, undone_at = excluded.undone_at
  ), commands as (
    insert into saga_command (id, instance_id, step, action, attempt, type, sent_at)
    select c.* from jsonb_to_recordset($3) as c(id uuid, instance_id uuid, step text, action text, attempt integer, type text, sent_at timestamptz)
  ), cleared as (
    delete from saga_timer t using jsonb_to_recordset($4) as gone(instance_id uuid, step text, kind text)
    where t.instance_id = gone.instance_id and t.step = gone.step and t.kind = gone.kind
  ), timers as (
    insert into saga_timer (instance_id, step, kind, due_at)
    select t.* from jsonb_to_recordset($5) as t(instance_id uuid, step text, kind text, due_at timestamptz)
    on conflict (instance_id, step, kind) do update set due_at = excluded.due_at, failures = 0
  ), history as (
    insert into saga_history (instance_id, seq, at, message_id, event, decision) select id, version, at, message_id, event, decision from decided
  )
  select id from saved`

export interface ToSave {
  readonly decision: Decision
  readonly at: Date
  readonly event: RecordedEvent
  readonly messageId: string | null
  readonly origin: Origin
  /** Ids of `decision.commands`, in the same order. */
  readonly commandIds: readonly string[]
}

/** Throws SAGA_CONCURRENT_UPDATE when the instance is not the one that was decided about. */
export async function saveDecision(tx: Tx, toSave: ToSave): Promise<void> {
  if (!(await save(tx, toSave))) throw concurrentUpdate(toSave.decision.instance.id)
}

/** Whether the instance was the one that was decided about. */
const save = gathered(async (tx, turns: readonly ToSave[]) => {
  const saved = await tx.query<{ id: string }>(SAVE, [
    JSON.stringify(turns.map(rowOfInstance)),
    JSON.stringify(turns.flatMap(rowsOfSteps)),
    JSON.stringify(turns.flatMap(rowsOfCommands)),
    JSON.stringify(turns.flatMap(rowsOfTimersCleared)),
    JSON.stringify(turns.flatMap(rowsOfTimersSet)),
  ])
  const ids = new Set(saved.map(({ id }) => id))
  return turns.map(({ decision }) => ids.has(decision.instance.id))
})

function rowOfInstance({ decision, at, event, messageId, origin }: ToSave) {
  const { id, saga, key, definitionVersion, version, state, status, direction, currentStep, outcome, failure, startedAt, deadline } = decision.instance
  return {
    id, saga, key, version, state, status, direction, outcome, failure, deadline, at, event,
    definition_version: definitionVersion,
    current_step: currentStep,
    started_at: startedAt,
    correlation_id: origin.correlationId,
    message_id: messageId,
    decision: recordDecision(decision),
  }
}

function rowsOfSteps({ decision: { instance, changedSteps } }: ToSave) {
  return changedSteps.map(record => ({ instance_id: instance.id, ...rowOfStep(record) }))
}

function rowsOfCommands({ decision: { instance, commands }, at, commandIds }: ToSave) {
  return commands.map(({ step, action, attempt, contract }, index) => ({
    id: commandIds[index], instance_id: instance.id, step, action, attempt, type: contract.type, sent_at: at,
  }))
}

function rowsOfTimersCleared({ decision: { instance, timersCleared } }: ToSave) {
  return timersCleared.map(({ step, kind }) => ({ instance_id: instance.id, step, kind }))
}

function rowsOfTimersSet({ decision: { instance, timersSet } }: ToSave) {
  return timersSet.map(({ step, kind, dueAt }) => ({ instance_id: instance.id, step, kind, due_at: dueAt }))
}
