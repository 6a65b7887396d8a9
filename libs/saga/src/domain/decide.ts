import { onUndoAnswer, onUndoOverdue } from './backward.ts'
import type { SagaDefinition } from './definition.ts'
import { advance, onAnswer, onAnswerOverdue } from './forward.ts'
import type { Decision, SagaEvent, SagaInstance } from './instance.ts'
import { longestWaitBeforePivot } from './longest-wait.ts'
import { Turn } from './turn.ts'

export interface NewSaga {
  readonly id: string
  readonly key: string
  readonly state: unknown
  readonly at: Date
}

/** An instance before its first decision. */
export function newInstance(definition: SagaDefinition, { id, key, state, at }: NewSaga): SagaInstance {
  return {
    id,
    key,
    state,
    saga: definition.name,
    definitionVersion: definition.version,
    version: 0,
    status: 'running',
    direction: 'forward',
    currentStep: null,
    startedAt: at,
    deadline: new Date(at.getTime() + longestWaitBeforePivot(definition)),
    outcome: null,
    failure: null,
    steps: [],
  }
}

/** The first decision of a new instance: usually the first step's command. Pure. */
export function start(definition: SagaDefinition, begin: NewSaga): Decision {
  const turn = new Turn(definition, newInstance(definition, begin), begin.at)
  advance(turn)
  return turn.decision()
}

/**
 * What an event means for an instance: the next instance, commands, timers, and the outcome if it ended.
 * Pure; the same arguments always give an equal decision. Throws SAGA_STEP_UNKNOWN.
 */
export function decide(definition: SagaDefinition, instance: SagaInstance, event: SagaEvent): Decision {
  const turn = new Turn(definition, instance, event.at)
  if (event.kind === 'reply') (event.action === 'do' ? onAnswer : onUndoAnswer)(turn, event)
  else (event.timer === 'answer' ? onAnswerOverdue : onUndoOverdue)(turn, event.step)
  return turn.decision()
}
