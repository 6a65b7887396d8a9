import { onLateEffect, turnBack } from './backward.ts'
import type { StepDefinition } from './definition.ts'
import { durationText } from './duration.ts'
import type { SagaEvent, SagaFailure, StepRecord } from './instance.ts'
import { timeoutMsOf } from './longest-wait.ts'
import type { Refusal, WaitsFor } from './parts.ts'
import { stepOf, type Turn } from './turn.ts'

type Reply = Extract<SagaEvent, { kind: 'reply' }>
type Step = StepDefinition<unknown>

const awaited = (record: StepRecord): boolean => record.status === 'sent' || record.status === 'waiting'

/** Goes to the next step that sends something, or ends `completed`. */
export function advance(turn: Turn): void {
  for (const step of turn.definition.steps) {
    if (turn.record(step.name).status !== 'pending') continue
    if (step.invoke !== undefined) return sendDo(turn, step)
    turn.change(step.name, { status: 'done', answeredAt: turn.now })
  }
  turn.end('completed', null)
}

/** When the answer to the attempt of this number is overdue. */
function answerDueAt(turn: Turn, step: Step, attempt: number, deadline: Date): Date {
  const timeoutMs = timeoutMsOf(step)
  const due = (waitMs: number): Date => new Date(turn.now.getTime() + waitMs)
  if (step.retry?.until === undefined) return due(timeoutMs)
  const doubled = due(Math.min(timeoutMs * 2 ** (attempt - 1), Math.max(step.retry.longestWaitMs, timeoutMs)))
  return turn.now < deadline && deadline < doubled ? deadline : doubled
}

function deadlineOf(turn: Turn, step: Step): Date {
  if (step.retry?.until !== undefined) return step.retry.until(turn.instance.state)
  return new Date(turn.now.getTime() + timeoutMsOf(step) * (step.retry?.attempts ?? 1))
}

function sendDo(turn: Turn, step: Step): void {
  if (step.invoke === undefined) return
  const record = turn.record(step.name)
  const attempt = record.sends + 1
  const deadline = record.deadline ?? deadlineOf(turn, step)
  const data = step.invoke.data(turn.instance.state, turn.context())
  turn.update({ status: 'running', currentStep: step.name })
  turn.change(step.name, { status: 'sent', sends: attempt, deadline, sentAt: turn.now })
  turn.send({ step: step.name, action: 'do', attempt, contract: step.invoke.contract, data, deadline })
  turn.setTimer(step.name, 'answer', answerDueAt(turn, step, attempt, deadline))
}

/** An answer to a step's command. */
export function onAnswer(turn: Turn, reply: Reply): void {
  const step = stepOf(turn.definition, reply.step)
  const ofType = (rule: { contract: { type: string } }): boolean => rule.contract.type === reply.type
  const accepted = step.onReply?.find(ofType)
  if (accepted !== undefined) return onAccepted(turn, step, () => accepted.reduce(turn.instance.state, reply.data))
  const refused = step.onRejected?.find(ofType)
  if (refused !== undefined) return onRefused(turn, step, refused.refusal(turn.instance.state, reply.data))
  const waits = step.mayWaitFor?.find(ofType)
  if (waits !== undefined) return onWaits(turn, step, waits)
  turn.note('unexpected-reply', step.name, `${reply.type} is no answer that step ${step.name} knows`)
}

function onAccepted(turn: Turn, step: Step, reduce: () => unknown): void {
  const record = turn.record(step.name)
  if (turn.instance.direction === 'backward') {
    return onLateEffect(turn, step, 'done', () => turn.update({ state: reduce() }))
  }
  if (record.status === 'done') {
    return turn.note('duplicate-reply', step.name, `step ${step.name} was accepted before`)
  }
  if (!awaited(record)) turn.note('late-success', step.name, `step ${step.name} was accepted after all`)
  turn.update({ state: reduce(), failure: null })
  turn.change(step.name, { status: 'done', answeredAt: turn.now })
  turn.clearTimer(step.name, 'answer')
  advance(turn)
}

function onRefused(turn: Turn, step: Step, refusal: Refusal): void {
  const record = turn.record(step.name)
  if (turn.instance.direction === 'backward' && refusal.effect === 'unknown') return onLateEffect(turn, step, 'unknown', () => undefined)
  const stillMatters = turn.instance.direction === 'forward' && (awaited(record) || record.status === 'unknown')
  if (!stillMatters) {
    return turn.note(
      'late-refusal',
      step.name,
      `step ${step.name} was refused (${refusal.reasonCode}) when it was already ${record.status}`,
    )
  }
  const failure: SagaFailure = { step: step.name, reasonCode: refusal.reasonCode, detail: refusal.detail }
  const status = refusal.effect === 'unknown' ? 'unknown' : 'refused'
  turn.change(step.name, { status, answeredAt: turn.now })
  turn.clearTimer(step.name, 'answer')
  if (turn.isAfterPivot(step.name) || (turn.isPivot(step.name) && status === 'unknown')) return stop(turn, failure)
  turnBack(turn, failure)
}

function onWaits(turn: Turn, step: Step, waits: WaitsFor): void {
  const record = turn.record(step.name)
  if (turn.instance.direction !== 'forward' || record.status !== 'sent') {
    return turn.note('late-wait', step.name, `step ${step.name} asks to wait (${waits.contract.type}) when it is ${record.status}`)
  }
  turn.change(step.name, { status: 'waiting' })
  turn.setTimer(step.name, 'answer', new Date(turn.now.getTime() + waits.waitMs))
}

/** No answer in time: ask again, turn back, or (where nothing may be guessed) call a person. */
export function onAnswerOverdue(turn: Turn, name: string): void {
  const step = stepOf(turn.definition, name)
  const record = turn.record(name)
  turn.clearTimer(name, 'answer')
  if (turn.instance.direction !== 'forward' || !awaited(record)) {
    return turn.note('overdue-without-wait', name, `the timer of step ${name} came when it was ${record.status}`)
  }
  if (mayAskAgain(turn, step, record)) {
    turn.note('asked-again', name, `step ${name} was not answered, attempt ${record.sends}`)
    return sendDo(turn, step)
  }
  const waitedMs = turn.now.getTime() - (record.sentAt ?? turn.now).getTime()
  const failure: SagaFailure = {
    step: name,
    reasonCode: 'timed_out',
    detail: `${name} was not answered in time (attempt ${record.sends}, ${durationText(Math.round(waitedMs / 1000) * 1000)})`,
  }
  turn.change(name, { status: 'unknown' })
  if (turn.isPivot(name) || turn.isAfterPivot(name)) return stop(turn, failure)
  turnBack(turn, failure)
}

function mayAskAgain(turn: Turn, step: Step, record: StepRecord): boolean {
  if (record.status === 'waiting') return false
  const inTime = step.retry?.until === undefined || (record.deadline !== null && turn.now < record.deadline)
  return inTime && record.sends < (step.retry?.attempts ?? 1)
}

/** Neither forward nor back without a person, or the missing answer. */
function stop(turn: Turn, failure: SagaFailure): void {
  turn.update({ failure })
  turn.end('needs-attention', failure)
}
