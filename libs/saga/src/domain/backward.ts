import type { StepDefinition } from './definition.ts'
import type { SagaEvent, SagaFailure, StepRecord, StepStatus } from './instance.ts'
import type { Undo } from './parts.ts'
import { stepOf, type Turn } from './turn.ts'

type Reply = Extract<SagaEvent, { kind: 'reply' }>
type Step = StepDefinition<unknown>

/** A command was sent and is not known to have been without effect. */
const MAY_HAVE_HAPPENED: readonly StepStatus[] = ['sent', 'waiting', 'done', 'unknown']

/** From here the saga only undoes, last step first. */
export function turnBack(turn: Turn, failure: SagaFailure): void {
  turn.update({ direction: 'backward', status: 'compensating', failure })
  undoNext(turn)
}

/** Undoes the last step that may have happened, one at a time; ends when none is left. */
function undoNext(turn: Turn): void {
  const records = turn.instance.steps
  if (records.some(record => record.status === 'undoing')) return
  const next = records.findLast(
    record => MAY_HAVE_HAPPENED.includes(record.status) && stepOf(turn.definition, record.step).compensate !== undefined,
  )
  if (next !== undefined) return sendUndo(turn, stepOf(turn.definition, next.step))
  const stuck = records.find(record => record.status === 'stuck')
  if (stuck === undefined) return turn.end('compensated', turn.instance.failure)
  turn.end('needs-attention', stuckFailure(turn, stuck))
}

function stuckFailure(turn: Turn, stuck: StepRecord): SagaFailure {
  const cause = turn.instance.failure
  const because = cause === null ? '' : `; undone because of ${cause.reasonCode} at ${cause.step}`
  return {
    step: stuck.step,
    reasonCode: 'undo_unanswered',
    detail: `the undo of ${stuck.step} was not answered after ${undosInRound(stuck)} attempts${because}`,
  }
}

/** Undo commands of the current round: since the step was last known to have succeeded. */
const undosInRound = (record: StepRecord): number => record.undoSends - record.undosOvertaken

function sendUndo(turn: Turn, step: Step): void {
  const { compensate } = step
  const { failure } = turn.instance
  if (compensate === undefined || failure === null) return
  const attempt = turn.record(step.name).undoSends + 1
  const record = turn.change(step.name, { status: 'undoing', undoSends: attempt, undoneAt: null })
  turn.update({ status: 'compensating', currentStep: step.name })
  const data = compensate.data(turn.instance.state, turn.undoContext(failure))
  turn.send({ step: step.name, action: 'undo', attempt, contract: compensate.contract, data, deadline: null })
  turn.setTimer(step.name, 'undo', new Date(turn.now.getTime() + undoWaitMs(compensate, undosInRound(record))))
}

const undoWaitMs = (compensate: Undo<unknown>, attempt: number): number =>
  Math.min(compensate.firstWaitMs * 2 ** (attempt - 1), compensate.longestWaitMs)

/** An answer to a step's undo. */
export function onUndoAnswer(turn: Turn, reply: Reply): void {
  const step = stepOf(turn.definition, reply.step)
  const record = turn.record(step.name)
  if (step.compensate?.answeredBy.some(contract => contract.type === reply.type) !== true) {
    return turn.note('unexpected-reply', step.name, `${reply.type} is no answer to the undo of step ${step.name}`)
  }
  if (record.status !== 'undoing' && record.status !== 'stuck') {
    return turn.note('duplicate-reply', step.name, `the undo of step ${step.name} was answered when it was ${record.status}`)
  }
  if (reply.attempt <= record.undosOvertaken) {
    return turn.note(
      'overtaken-undo-answer',
      step.name,
      `undo ${reply.attempt} of step ${step.name} was answered, but the step succeeded after it was sent`,
    )
  }
  turn.change(step.name, { status: 'undone', undoneAt: turn.now })
  turn.clearTimer(step.name, 'undo')
  undoNext(turn)
}

/** An undo was not answered in time: send it again, or leave it to a person and go on with the steps before. */
export function onUndoOverdue(turn: Turn, name: string): void {
  const step = stepOf(turn.definition, name)
  const record = turn.record(name)
  turn.clearTimer(name, 'undo')
  if (record.status !== 'undoing' || step.compensate === undefined) {
    return turn.note('overdue-without-wait', name, `the undo timer of step ${name} came when it was ${record.status}`)
  }
  if (undosInRound(record) < step.compensate.attempts) {
    turn.note('undo-asked-again', name, `the undo of step ${name} was not answered, attempt ${record.undoSends}`)
    return sendUndo(turn, step)
  }
  turn.note('undo-unanswered', name, `the undo of step ${name} was not answered after ${record.undoSends} attempts`)
  turn.change(name, { status: 'stuck' })
  undoNext(turn)
}

/**
 * A step succeeded (or may have) although the saga has turned back. Undo commands sent before may have come too
 * early to undo it, so their answers no longer count and the undo is sent (again).
 */
export function onLateEffect(turn: Turn, step: Step, found: 'done' | 'unknown', keepState: () => void): void {
  const record = turn.record(step.name)
  if (record.status === 'done' || (record.status === 'unknown' && found === 'unknown')) {
    return turn.note('duplicate-reply', step.name, `step ${step.name} was ${record.status} before`)
  }
  const what = found === 'done' ? 'succeeded' : 'may have succeeded'
  turn.note(found === 'done' ? 'late-success' : 'late-doubt', step.name, `step ${step.name} ${what} when it was already ${record.status}`)
  keepState()
  turn.change(step.name, { status: found, answeredAt: turn.now, undosOvertaken: record.undoSends })
  turn.clearTimer(step.name, 'undo')
  undoNext(turn)
}
