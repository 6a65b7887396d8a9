import { stepUnknown } from '../errors.ts'
import type { SagaContext, UndoContext } from './context.ts'
import type { SagaDefinition, StepDefinition } from './definition.ts'
import type {
  CommandToSend,
  Decision,
  Note,
  Outcome,
  SagaEnding,
  SagaFailure,
  SagaInstance,
  StepRecord,
  TimerKind,
  TimerToSet,
} from './instance.ts'
import { pivotIndex } from './longest-wait.ts'

const pendingRecord = (step: string): StepRecord => ({
  step,
  status: 'pending',
  sends: 0,
  undoSends: 0,
  undosOvertaken: 0,
  deadline: null,
  sentAt: null,
  answeredAt: null,
  undoneAt: null,
})

/** The definition's step of that name. Throws SAGA_STEP_UNKNOWN. */
export function stepOf(definition: SagaDefinition, name: string): StepDefinition<unknown> {
  const step = definition.steps.find(candidate => candidate.name === name)
  if (step === undefined) throw stepUnknown(definition.name, definition.version, name)
  return step
}

/**
 * One event's effect on one instance, while it is being worked out. Collects what changes; touches nothing
 * outside, so that the same instance and event always give the same decision.
 */
export class Turn {
  readonly definition: SagaDefinition
  readonly now: Date
  instance: SagaInstance
  private readonly before: SagaInstance
  private readonly commands: CommandToSend[] = []
  private readonly timers = new Map<string, { step: string; kind: TimerKind; dueAt: Date | null }>()
  private readonly notes: Note[] = []
  private ended: SagaEnding | null = null

  constructor(definition: SagaDefinition, instance: SagaInstance, now: Date) {
    this.definition = definition
    this.before = instance
    this.instance = { ...instance, version: instance.version + 1 }
    this.now = now
  }

  record(step: string): StepRecord {
    return this.instance.steps.find(candidate => candidate.step === step) ?? pendingRecord(step)
  }

  change(step: string, change: Partial<StepRecord>): StepRecord {
    const changed = { ...this.record(step), ...change }
    const order = this.definition.steps.map(each => each.name)
    const others = this.instance.steps.filter(candidate => candidate.step !== step)
    const steps = [...others, changed].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step))
    this.instance = { ...this.instance, steps }
    return changed
  }

  update(change: Partial<Omit<SagaInstance, 'id' | 'steps' | 'version'>>): void {
    this.instance = { ...this.instance, ...change }
  }

  send(command: CommandToSend): void {
    this.commands.push(command)
  }

  setTimer(step: string, kind: TimerKind, dueAt: Date): void {
    this.timers.set(`${step} ${kind}`, { step, kind, dueAt })
  }

  clearTimer(step: string, kind: TimerKind): void {
    this.timers.set(`${step} ${kind}`, { step, kind, dueAt: null })
  }

  note(code: Note['code'], step: string | null, text: string): void {
    this.notes.push({ code, step, text })
  }

  /** Ends the instance; announces the outcome unless it is the one that was announced before. */
  end(outcome: Outcome, failure: SagaFailure | null): void {
    if (this.instance.outcome !== outcome) this.ended = { outcome, failure }
    this.update({
      status: outcome,
      outcome,
      currentStep: outcome === 'needs-attention' ? (failure?.step ?? this.instance.currentStep) : null,
    })
  }

  indexOf(step: string): number {
    return this.definition.steps.findIndex(candidate => candidate.name === step)
  }

  isPivot(step: string): boolean {
    return this.indexOf(step) === pivotIndex(this.definition)
  }

  isAfterPivot(step: string): boolean {
    return this.indexOf(step) > pivotIndex(this.definition)
  }

  context(): SagaContext {
    const { id, startedAt, deadline } = this.instance
    return { sagaId: id, startedAt, now: this.now, pivotDeadline: deadline }
  }

  undoContext(failure: SagaFailure): UndoContext {
    return { ...this.context(), failure }
  }

  decision(): Decision {
    const known = new Set(this.before.steps)
    const timers = [...this.timers.values()]
    return {
      instance: this.instance,
      changedSteps: this.instance.steps.filter(record => !known.has(record)),
      commands: this.commands,
      timersSet: timers.filter((timer): timer is TimerToSet => timer.dueAt !== null),
      timersCleared: timers.filter(timer => timer.dueAt === null).map(({ step, kind }) => ({ step, kind })),
      ended: this.ended,
      notes: this.notes,
    }
  }
}
