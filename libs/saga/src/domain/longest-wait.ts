import type { SagaDefinition, StepDefinition } from './definition.ts'
import { durationMs } from './duration.ts'

/** Where the pivot is among the steps; past the last one when there is none, because then every step can be undone. */
export function pivotIndex(definition: SagaDefinition): number {
  const found = definition.steps.findIndex(step => step.pivot !== undefined)
  return found === -1 ? definition.steps.length : found
}

export const timeoutMsOf = (step: Pick<StepDefinition<unknown>, 'timeout'>): number =>
  step.timeout === undefined ? 0 : durationMs(step.timeout)

/** The longest time that one step can keep the saga waiting: its attempts, and what an answer may ask it to wait for. */
function longestWaitOf(step: StepDefinition<unknown>): number {
  const waits = (step.mayWaitFor ?? []).map(rule => rule.waitMs)
  return timeoutMsOf(step) * (step.retry?.attempts ?? 1) + Math.max(0, ...waits)
}

/**
 * Milliseconds from the start to the last moment at which the pivot is still waited for.
 * Whatever the saga holds meanwhile must be held longer than this.
 */
export function longestWaitBeforePivot(definition: SagaDefinition): number {
  return definition.steps
    .slice(0, pivotIndex(definition) + 1)
    .filter(step => step.invoke !== undefined)
    .reduce((sum, step) => sum + longestWaitOf(step), 0)
}
