import type { SagaDefinition, StepDefinition } from './definition.ts'
import { durationText } from './duration.ts'
import { pivotIndex, timeoutMsOf } from './longest-wait.ts'

type Step = StepDefinition<unknown>

/** A definition as a Mermaid flowchart: down the middle what is done, back up what is undone. */
export function drawSaga(definition: SagaDefinition): string {
  const { steps } = definition
  const done = steps.filter(step => step.invoke !== undefined)
  const lines = [
    'flowchart TD',
    `  start(["${definition.start?.contract.type ?? 'start'}"]) --> ${done[0] === undefined ? 'completed' : id(done[0])}`,
    ...done.flatMap((step, index) => drawStep(definition, step, done[index + 1])),
    ...drawUndos(steps),
    '  completed([completed])',
    '  compensated([compensated])',
    ...(steps.length > pivotIndex(definition) ? ['  attention([needs-attention])'] : []),
  ]
  return lines.join('\n')
}

const id = (step: Step): string => step.name.replaceAll('-', '_')
const undoId = (step: Step): string => `undo_${id(step)}`
/** Labels stand in quotes: bare dots and hyphens are arrows to Mermaid. */
const yes = (label: string): string => `-->|"${label}"|`
const no = (label: string): string => `-.->|"${label}"|`
const types = (rules: readonly { contract: { type: string } }[] | undefined): string =>
  (rules ?? []).map(rule => rule.contract.type).join(' or ')

function drawStep(definition: SagaDefinition, step: Step, next: Step | undefined): string[] {
  const at = definition.steps.indexOf(step)
  const pivot = pivotIndex(definition)
  const waits = (step.mayWaitFor ?? []).map(
    rule => `  ${id(step)} ${yes(`${rule.contract.type}, at most ${durationText(rule.waitMs)}`)} ${id(step)}`,
  )
  const refused = types(step.onRejected)
  const refusedTo = at > pivot ? 'attention' : undoTarget(definition, at - (step.compensate === undefined ? 0 : 1))
  const overdueTo = at >= pivot ? 'attention' : undoTarget(definition, at)
  return [
    `  ${id(step)}["${step.name}${at === pivot ? ' (pivot)' : ''}<br/>${step.invoke?.contract.type ?? ''}<br/>${patience(step)}"]`,
    `  ${id(step)} ${yes(types(step.onReply))} ${next === undefined ? 'completed' : id(next)}`,
    ...waits,
    ...(refused === '' ? [] : [`  ${id(step)} ${no(refused)} ${refusedTo}`]),
    `  ${id(step)} ${no('no answer')} ${overdueTo}`,
  ]
}

function patience(step: Step): string {
  const once = durationText(timeoutMsOf(step))
  if (step.retry?.until !== undefined) return `asks again after ${once}, until a deadline`
  return step.retry === undefined ? `within ${once}` : `asks up to ${step.retry.attempts} times, ${once} each`
}

/** The undo that begins the way back from the step at this place. */
function undoTarget(definition: SagaDefinition, at: number): string {
  const last = definition.steps.slice(0, at + 1).findLast(step => step.compensate !== undefined)
  return last === undefined ? 'compensated' : undoId(last)
}

function drawUndos(steps: readonly Step[]): string[] {
  const undone = steps.filter(step => step.compensate !== undefined).reverse()
  return undone.flatMap((step, index) => {
    const next = undone[index + 1]
    const answers = (step.compensate?.answeredBy ?? []).map(contract => contract.type).join(' or ')
    return [
      `  ${undoId(step)}["undo ${step.name}<br/>${step.compensate?.contract.type ?? ''}"]`,
      `  ${undoId(step)} ${yes(answers)} ${next === undefined ? 'compensated' : undoId(next)}`,
    ]
  })
}
