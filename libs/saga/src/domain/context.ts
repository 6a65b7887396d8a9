import type { SagaFailure } from './instance.ts'

/** What a saga's own functions may know besides its state. Times are the database's. */
export interface SagaContext {
  readonly sagaId: string
  readonly startedAt: Date
  readonly now: Date
  /** `startedAt` plus the longest wait before the pivot: what is held must be held longer than this. */
  readonly pivotDeadline: Date
}

export interface UndoContext extends SagaContext {
  readonly failure: SagaFailure
}
