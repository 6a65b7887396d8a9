import type { Contract } from '@prep/contracts'
import type { SagaContext, UndoContext } from './context.ts'
import { durationMs, type Duration } from './duration.ts'

// The words a definition is written in. Members are methods, so that a definition of one state type
// can be kept in a list of definitions of any.

export interface Send<S> {
  readonly contract: Contract<unknown>
  data(state: S, context: SagaContext): unknown
}

/** A command and its data, built from the state. */
export function send<S, T>(contract: Contract<T>, data: (state: S, context: SagaContext) => NoInfer<T>): Send<S> {
  return { contract, data }
}

export interface Accepted<S> {
  readonly contract: Contract<unknown>
  reduce(state: S, data: unknown): S
}

/** The answer that lets the saga go on. `reduce` keeps what later commands need. */
export function when<S, T>(contract: Contract<T>, reduce: (state: S, data: T) => S = state => state): Accepted<S> {
  return { contract, reduce: (state, data) => reduce(state, data as T) }
}

export interface Refusal {
  readonly reasonCode: string
  readonly detail: string
  /** `unknown`: it may have happened all the same, so the step is undone too. Default `none`. */
  readonly effect?: 'none' | 'unknown'
}

export interface Refused<S> {
  readonly contract: Contract<unknown>
  refusal(state: S, data: unknown): Refusal
}

/** The answer that turns the saga back (after the pivot: that calls a person). */
export function whenRefused<S, T>(contract: Contract<T>, refusal: (data: T, state: S) => Refusal): Refused<S> {
  return { contract, refusal: (state, data) => refusal(data as T, state) }
}

export interface WaitsFor {
  readonly contract: Contract<unknown>
  readonly waitMs: number
}

/** The answer that says: this takes longer, but not longer than `atMost`. */
export function waitFor(contract: Contract<unknown>, atMost: Duration): WaitsFor {
  return { contract, waitMs: durationMs(atMost) }
}

export interface Undo<S> {
  readonly contract: Contract<unknown>
  readonly answeredBy: readonly Contract<unknown>[]
  /** Sent at most so many times, then the step is `stuck` and the saga needs attention. */
  readonly attempts: number
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  data(state: S, context: UndoContext): unknown
}

export interface UndoOptions {
  readonly answeredBy: Contract<unknown> | readonly Contract<unknown>[]
  readonly attempts?: number
  readonly firstWait?: Duration
  readonly longestWait?: Duration
}

/**
 * The command that takes a step back, resent with doubled waits until it is answered: by default 20 times
 * over about 75 minutes. Its owner must accept it whether or not the step's command ever arrived.
 */
export function undo<S, T>(contract: Contract<T>, data: (state: S, context: UndoContext) => NoInfer<T>, options: UndoOptions): Undo<S> {
  const { answeredBy, attempts = 20, firstWait = '5s', longestWait = '5m' } = options
  return {
    contract,
    data,
    answeredBy: Array.isArray(answeredBy) ? (answeredBy as readonly Contract<unknown>[]) : [answeredBy as Contract<unknown>],
    attempts,
    firstWaitMs: durationMs(firstWait),
    longestWaitMs: durationMs(longestWait),
  }
}

/** When to ask again: so many times in all, or until a moment read from the state. */
export interface Retry<S> {
  readonly attempts: number
  readonly longestWaitMs: number
  until?(state: S): Date
}

/** The command is sent at most `attempts` times, a timeout apart. */
export const attempts = <S>(count: number): Retry<S> => ({ attempts: count, longestWaitMs: 0 })

/** The command is sent again, with waits doubled from the timeout up to `longestWait`, until a moment that the state knows. */
export function until<S>(moment: (state: S) => Date, longestWait: Duration = '1h'): Retry<S> {
  return { attempts: Number.POSITIVE_INFINITY, longestWaitMs: durationMs(longestWait), until: moment }
}
