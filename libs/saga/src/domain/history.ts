import { isDeepStrictEqual } from 'node:util'
import { historyDiverged } from '../errors.ts'
import { decide, start } from './decide.ts'
import type { SagaDefinition } from './definition.ts'
import type { Decision, SagaEvent, SagaInstance } from './instance.ts'
import { heardBy } from './heard.ts'
import { withoutPersonalData } from './personal-data.ts'

type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never

/** What was told to an instance. Values are JSON; personal fields of messages are left out. */
export type RecordedEvent =
  { readonly kind: 'started'; readonly id: string; readonly key: string; readonly state: unknown } | WithoutTime<SagaEvent>

/** What was decided, as far as a later version of the code must decide the same. */
export interface RecordedDecision {
  readonly status: string
  readonly currentStep: string | null
  readonly steps: Record<string, string>
  readonly commands: readonly { step: string; action: string; attempt: number; type: string; data: unknown; deadline: string | null }[]
  readonly timersSet: readonly { step: string; kind: string; dueAt: string }[]
  readonly timersCleared: readonly { step: string; kind: string }[]
  readonly ended: { outcome: string; failure: unknown } | null
  readonly notes: readonly { code: string; step: string | null; text: string }[]
}

/** One row of `saga_history`. */
export interface HistoryRecord {
  /** The instance's version after this event; the first record has 1. */
  readonly seq: number
  /** RFC 3339, by the database's clock. */
  readonly at: string
  readonly event: RecordedEvent
  readonly decision: RecordedDecision
}

/** An event as it is recorded: without its time, which stands beside it, and without personal data. */
export function recordEvent(definition: SagaDefinition, event: SagaEvent): RecordedEvent {
  if (event.kind === 'timer') return { kind: 'timer', step: event.step, timer: event.timer }
  const { step, action, attempt, type, data } = event
  const schema = heardBy(definition).find(contract => contract.type === type)?.schema ?? {}
  return { kind: 'reply', step, action, attempt, type, data: withoutPersonalData(schema, data) }
}

/** A decision as it is recorded: plain JSON, without personal data. */
export function recordDecision(decision: Decision): RecordedDecision {
  const { instance, changedSteps, commands, timersSet, timersCleared, ended, notes } = decision
  return {
    status: instance.status,
    currentStep: instance.currentStep,
    steps: Object.fromEntries(changedSteps.map(({ step, status }) => [step, status])),
    commands: commands.map(({ step, action, attempt, contract, data, deadline }) => ({
      step,
      action,
      attempt,
      type: contract.type,
      data: withoutPersonalData(contract.schema, data),
      deadline: deadline?.toISOString() ?? null,
    })),
    timersSet: timersSet.map(({ step, kind, dueAt }) => ({ step, kind, dueAt: dueAt.toISOString() })),
    timersCleared,
    ended,
    notes,
  }
}

/**
 * Decides a recorded history again. Gives the instance it ends in.
 * Throws SAGA_HISTORY_DIVERGED when a decision is no longer the recorded one.
 */
export function replayHistory(definition: SagaDefinition, history: readonly HistoryRecord[]): SagaInstance | null {
  let instance: SagaInstance | null = null
  const differences: string[] = []
  for (const record of history) {
    const decision = decideAgain(definition, instance, record)
    if (decision === null) continue
    const decided: unknown = JSON.parse(JSON.stringify(recordDecision(decision)))
    if (!isDeepStrictEqual(decided, record.decision)) differences.push(difference(record, decided))
    instance = decision.instance
  }
  if (differences.length > 0) throw historyDiverged(definition.name, definition.version, differences)
  return instance
}

function decideAgain(definition: SagaDefinition, instance: SagaInstance | null, { event, at }: HistoryRecord): Decision | null {
  const moment = new Date(at)
  if (event.kind === 'started')
    return instance === null ? start(definition, { id: event.id, key: event.key, state: event.state, at: moment }) : null
  return instance === null ? null : decide(definition, instance, { ...event, at: moment })
}

function difference({ seq, event, decision }: HistoryRecord, decided: unknown): string {
  const told = event.kind === 'reply' ? event.type : event.kind
  return `at ${seq} (${told}) it decided ${JSON.stringify(decision)} and now decides ${JSON.stringify(decided)}`
}
