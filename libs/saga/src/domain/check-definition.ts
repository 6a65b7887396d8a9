import { definitionInvalid } from '../errors.ts'
import type { SagaDefinition, StepDefinition } from './definition.ts'
import { repliesOf } from './heard.ts'
import { pivotIndex } from './longest-wait.ts'

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Throws SAGA_DEFINITION_INVALID with all that would keep this definition from working. */
export function checkDefinition(definition: SagaDefinition): void {
  const problems = [...problemsOfWhole(definition), ...definition.steps.flatMap((step, index) => problemsOfStep(definition, step, index))]
  if (problems.length > 0) throw definitionInvalid(`${definition.name} v${definition.version}`, problems)
}

function problemsOfWhole({ name, version, start, steps }: SagaDefinition): string[] {
  const names = steps.map(step => step.name)
  const twice = names.filter((each, index) => names.indexOf(each) !== index)
  return told([
    [!NAME.test(name), `the name '${name}' is not in kebab-case`],
    [!Number.isInteger(version) || version < 1, `version ${version} is not a whole number from 1`],
    [start === undefined, 'no event starts it (startedBy)'],
    [start !== undefined && start.contract.kind !== 'event', `it is started by ${start?.contract.type}, which is not an event`],
    [steps.length === 0, 'it has no steps'],
    [twice.length > 0, `step ${twice.join(', ')} is there twice`],
    [steps.filter(step => step.pivot !== undefined).length > 1, 'it has more than one pivot'],
  ])
}

function problemsOfStep(definition: SagaDefinition, step: StepDefinition<unknown>, index: number): string[] {
  const pivot = pivotIndex(definition)
  const here = (problem: string): string => `step ${step.name}: ${problem}`
  const problems = told([
    [!NAME.test(step.name), 'its name is not in kebab-case'],
    [step.compensate !== undefined && index >= pivot, 'it is at or after the pivot and can never be undone'],
    [
      step.retry?.until !== undefined && index <= pivot,
      'a retry until a moment is for steps after the pivot; before it the longest wait must be known',
    ],
    [step.retry !== undefined && !(step.retry.attempts >= 1), 'its retry makes no attempt'],
    [step.compensate !== undefined && step.compensate.attempts < 1, 'its undo makes no attempt'],
    ...problemsOfUndo(step),
  ])
  return [...problems, ...(step.invoke === undefined ? problemsWithoutInvoke(step) : problemsOfInvoke(step))].map(here)
}

const problemsWithoutInvoke = (step: StepDefinition<unknown>): string[] =>
  told([
    [step.compensate === undefined, 'it neither does nor undoes anything'],
    [
      repliesOf(step).length > 0 || step.timeout !== undefined || step.retry !== undefined || step.pivot !== undefined,
      'it sends nothing, so it cannot have answers, a timeout, a retry or be the pivot',
    ],
  ])

function problemsOfInvoke(step: StepDefinition<unknown>): string[] {
  const replies = repliesOf(step)
  const types = replies.map(reply => reply.type)
  return told([
    [step.invoke?.contract.kind !== 'command', `it sends ${step.invoke?.contract.type}, which is not a command`],
    [step.timeout === undefined, 'it has no timeout, so nothing guards its wait'],
    [(step.onReply ?? []).length === 0, 'no answer lets it go on (onReply)'],
    [new Set(types).size < types.length, 'one answer has two meanings'],
    ...replies.map((reply): [boolean, string] => [reply.kind !== 'event', `${reply.type} is not an event, so it is no answer`]),
  ])
}

function problemsOfUndo({ compensate }: StepDefinition<unknown>): [boolean, string][] {
  if (compensate === undefined) return []
  return [
    [compensate.contract.kind !== 'command', `it is undone by ${compensate.contract.type}, which is not a command`],
    [compensate.answeredBy.length === 0, 'no answer ends its undo'],
    ...compensate.answeredBy.map((reply): [boolean, string] => [
      reply.kind !== 'event',
      `${reply.type} is not an event, so it is no answer`,
    ]),
  ]
}

const told = (rules: [boolean, string][]): string[] => rules.filter(([wrong]) => wrong).map(([, problem]) => problem)
