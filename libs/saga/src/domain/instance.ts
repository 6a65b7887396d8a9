import type { Contract } from '@prep/contracts'

/** How an instance ended. An instance in `needs-attention` goes on by itself when the missing answer does arrive. */
export type Outcome = 'completed' | 'compensated' | 'needs-attention'

export type SagaStatus = 'running' | 'compensating' | Outcome

/**
 * pending  not reached            sent     command out, no answer      waiting  told that the answer takes longer
 * done     accepted               refused  known to have had no effect unknown  may or may not have had its effect
 * undoing  undo out, no answer    undone   undo answered               stuck    undo unanswered after the last attempt
 */
export type StepStatus = 'pending' | 'sent' | 'waiting' | 'done' | 'refused' | 'unknown' | 'undoing' | 'undone' | 'stuck'

/** Why a saga turned back or stopped. `reasonCode` is for programs (`card_declined`), `detail` for people. */
export interface SagaFailure {
  readonly step: string
  readonly reasonCode: string
  readonly detail: string
}

export interface StepRecord {
  readonly step: string
  readonly status: StepStatus
  /** Commands sent so far. */
  readonly sends: number
  /** Undo commands sent so far, over all rounds. */
  readonly undoSends: number
  /** Undo commands that a later success has overtaken: only an answer to a later one counts. */
  readonly undosOvertaken: number
  /** When nobody waits for this command any more; it is carried by the command. */
  readonly deadline: Date | null
  readonly sentAt: Date | null
  readonly answeredAt: Date | null
  readonly undoneAt: Date | null
}

export interface SagaInstance<S = unknown> {
  readonly id: string
  readonly saga: string
  readonly definitionVersion: number
  readonly key: string
  /** Grows by one with each event handled. */
  readonly version: number
  readonly state: S
  readonly status: SagaStatus
  readonly direction: 'forward' | 'backward'
  readonly currentStep: string | null
  readonly startedAt: Date
  /** The latest moment at which the pivot can still be waited for. */
  readonly deadline: Date
  /** The last outcome announced; kept while a late success is undone once more. */
  readonly outcome: Outcome | null
  readonly failure: SagaFailure | null
  /** Only the steps that were reached, in the order of the definition. */
  readonly steps: readonly StepRecord[]
}

export type Action = 'do' | 'undo'
export type TimerKind = 'answer' | 'undo'

/** What an instance can be told. `at` is the database's clock. */
export type SagaEvent =
  | {
      readonly kind: 'reply'
      readonly step: string
      readonly action: Action
      readonly attempt: number
      readonly type: string
      readonly data: unknown
      readonly at: Date
    }
  | { readonly kind: 'timer'; readonly step: string; readonly timer: TimerKind; readonly at: Date }

export interface CommandToSend {
  readonly step: string
  readonly action: Action
  /** 1 for the first command of this step and action. */
  readonly attempt: number
  readonly contract: Contract<unknown>
  readonly data: unknown
  /** Undo commands have none: an undo is never too late. */
  readonly deadline: Date | null
}

export interface TimerRef {
  readonly step: string
  readonly kind: TimerKind
}

export interface TimerToSet extends TimerRef {
  readonly dueAt: Date
}

/** Something that changed nothing, or that an operator should be able to see later. */
export interface Note {
  readonly code:
    | 'duplicate-reply'
    | 'late-success'
    | 'late-doubt'
    | 'late-refusal'
    | 'late-wait'
    | 'overtaken-undo-answer'
    | 'unexpected-reply'
    | 'overdue-without-wait'
    | 'asked-again'
    | 'undo-asked-again'
    | 'undo-unanswered'
    | 'started-again'
  readonly step: string | null
  readonly text: string
}

export interface SagaEnding {
  readonly outcome: Outcome
  readonly failure: SagaFailure | null
}

/** All that one event leads to. The engine writes it in one transaction. */
export interface Decision<S = unknown> {
  readonly instance: SagaInstance<S>
  /** The step records that differ from before. */
  readonly changedSteps: readonly StepRecord[]
  readonly commands: readonly CommandToSend[]
  readonly timersSet: readonly TimerToSet[]
  readonly timersCleared: readonly TimerRef[]
  /** Set when an outcome is to be announced. */
  readonly ended: SagaEnding | null
  readonly notes: readonly Note[]
}
