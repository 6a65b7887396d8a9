import type { Tx } from '@prep/persistence'
import { type RecordedEvent, recordDecision } from '../domain/history.ts'
import type { Decision } from '../domain/instance.ts'
import { concurrentUpdate } from '../errors.ts'
import { rowOfStep } from './rows.ts'

/** Everything one decision changes, in one statement. */
const SAVE = `
  with saved as (
    update saga_instance
    set version = $2, state = $3, status = $4, direction = $5, current_step = $6, outcome = $7, failure = $8,
        started_at = $9, deadline = $10, updated_at = $11
    where id = $1 and version = $2::integer - 1
    returning id
  ), steps as (
    insert into saga_step
    select $1, s.* from jsonb_to_recordset($12) as s(step text, status text, sends integer, undo_sends integer, undos_overtaken integer,
      deadline timestamptz, sent_at timestamptz, answered_at timestamptz, undone_at timestamptz)
    on conflict (instance_id, step) do update
    set status = excluded.status, sends = excluded.sends, undo_sends = excluded.undo_sends, undos_overtaken = excluded.undos_overtaken,
        deadline = excluded.deadline, sent_at = excluded.sent_at, answered_at = excluded.answered_at, undone_at = excluded.undone_at
  ), commands as (
    insert into saga_command (id, instance_id, step, action, attempt, type, sent_at)
    select c.id, $1, c.step, c.action, c.attempt, c.type, $11
    from jsonb_to_recordset($13) as c(id uuid, step text, action text, attempt integer, type text)
  ), cleared as (
    delete from saga_timer t using jsonb_to_recordset($14) as gone(step text, kind text)
    where t.instance_id = $1 and t.step = gone.step and t.kind = gone.kind
  ), timers as (
    insert into saga_timer (instance_id, step, kind, due_at)
    select $1, t.step, t.kind, t.due_at from jsonb_to_recordset($15) as t(step text, kind text, due_at timestamptz)
    on conflict (instance_id, step, kind) do update set due_at = excluded.due_at, failures = 0
  ), history as (
    insert into saga_history (instance_id, seq, at, message_id, event, decision) values ($1, $2, $11, $16, $17, $18)
  )
  select count(*)::integer as saved from saved`

export interface ToSave {
  readonly decision: Decision
  readonly at: Date
  readonly event: RecordedEvent
  readonly messageId: string | null
  /** Ids of `decision.commands`, in the same order. */
  readonly commandIds: readonly string[]
}

/** Throws SAGA_CONCURRENT_UPDATE when the instance is not the one that was decided about. */
export async function saveDecision(tx: Tx, { decision, at, event, messageId, commandIds }: ToSave): Promise<void> {
  const { instance, changedSteps, commands, timersSet, timersCleared } = decision
  const [result] = await tx.query<{ saved: number }>(SAVE, [
    instance.id,
    instance.version,
    JSON.stringify(instance.state),
    instance.status,
    instance.direction,
    instance.currentStep,
    instance.outcome,
    instance.failure === null ? null : JSON.stringify(instance.failure),
    instance.startedAt,
    instance.deadline,
    at,
    JSON.stringify(changedSteps.map(rowOfStep)),
    JSON.stringify(commands.map(({ step, action, attempt, contract }, index) => ({ id: commandIds[index], step, action, attempt, type: contract.type }))),
    JSON.stringify(timersCleared),
    JSON.stringify(timersSet.map(({ step, kind, dueAt }) => ({ step, kind, due_at: dueAt.toISOString() }))),
    messageId,
    JSON.stringify(event),
    JSON.stringify(recordDecision(decision)),
  ])
  if (result?.saved !== 1) throw concurrentUpdate(instance.id)
}
