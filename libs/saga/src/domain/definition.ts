import type { Contract } from '@prep/contracts'
import type { Duration } from './duration.ts'
import type { Accepted, Refused, Retry, Send, Undo, WaitsFor } from './parts.ts'

/** One step: what is done, what its answers mean, and how it is undone. */
export interface StepSpec<S> {
  /** The command. Without one the step is what the start event itself stands for. */
  readonly invoke?: Send<S>
  /** How long an answer may take. Before the pivot its end turns the saga back; at and after the pivot it asks again. */
  readonly timeout?: Duration
  /** Ask again when no answer came. Default: once, no more. */
  readonly retry?: Retry<S>
  readonly onReply?: readonly Accepted<S>[]
  readonly onRejected?: readonly Refused<S>[]
  /** Answers that say: this takes longer. */
  readonly mayWaitFor?: readonly WaitsFor[]
  /** The step after whose acceptance the saga only goes forward. Its result is never guessed: it is asked for until known. */
  readonly pivot?: 'when accepted'
  readonly compensate?: Undo<S>
}

export interface StepDefinition<S> extends StepSpec<S> {
  readonly name: string
}

export interface StartRule<S> {
  readonly contract: Contract<unknown>
  key(data: unknown): string
  state(data: unknown): S
}

/**
 * A saga as data. Each `step()` gives a new definition, so a definition is never changed once made.
 * It is checked when it is registered (`checkDefinition`), not while it is written.
 */
export class SagaDefinition<S = unknown> {
  readonly name: string
  readonly version: number
  readonly start: StartRule<S> | undefined
  readonly steps: readonly StepDefinition<S>[]

  constructor(name: string, version: number, start?: StartRule<S>, steps: readonly StepDefinition<S>[] = []) {
    this.name = name
    this.version = version
    this.start = start
    this.steps = steps
  }

  /** The event that begins an instance: its key (one instance a key, ever) and the first state. */
  startedBy<T>(contract: Contract<T>, rule: { key: (data: T) => string; state: (data: T) => S }): SagaDefinition<S> {
    const start: StartRule<S> = { contract, key: data => rule.key(data as T), state: data => rule.state(data as T) }
    return new SagaDefinition(this.name, this.version, start, this.steps)
  }

  step(name: string, spec: StepSpec<S>): SagaDefinition<S> {
    return new SagaDefinition(this.name, this.version, this.start, [...this.steps, { name, ...spec }])
  }
}

/** Begins a definition. Change a definition that has run only under the next version. */
export const saga = <S>(name: string, version: number): SagaDefinition<S> => new SagaDefinition<S>(name, version)
