import type { Contract } from '@prep/contracts'
import type { SagaDefinition, StepDefinition } from './definition.ts'

/** The contracts that answer a step's command. */
export const repliesOf = (step: StepDefinition<unknown>): Contract<unknown>[] =>
  [...(step.onReply ?? []), ...(step.onRejected ?? []), ...(step.mayWaitFor ?? [])].map(rule => rule.contract)

/** The contracts that answer any command of a definition, undos included. */
export const answersTo = (definition: SagaDefinition): Contract<unknown>[] =>
  definition.steps.flatMap(step => [...repliesOf(step), ...(step.compensate?.answeredBy ?? [])])

/** Every event that a definition hears, once: its start, and all answers. */
export function heardBy(definition: SagaDefinition): Contract<unknown>[] {
  const heard = [...(definition.start === undefined ? [] : [definition.start.contract]), ...answersTo(definition)]
  return [...new Map(heard.map(contract => [contract.type, contract])).values()]
}
