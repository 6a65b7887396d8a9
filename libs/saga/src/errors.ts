/**
 * Every error that leaves @prep/saga. The README lists the same codes; a test keeps the two in step.
 * A message says what happened and what to do about it; `cause` is kept.
 */
export class SagaError extends Error {
  readonly code: SagaErrorCode

  constructor(code: SagaErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'SagaError'
    this.code = code
  }
}

export const SAGA_ERROR_CODES = {
  SAGA_DURATION_INVALID: 'a duration in a definition is not a number followed by ms, s, m, h or d',
  SAGA_DEFINITION_INVALID: 'a definition cannot work; every problem is listed',
  SAGA_DEFINITION_DUPLICATE: 'two definitions have the same name and version',
  SAGA_DEFINITION_UNKNOWN: 'an instance runs a definition version that this process does not know',
  SAGA_STEP_UNKNOWN: 'a recorded command or timer names a step that its definition does not have',
  SAGA_CONCURRENT_UPDATE: 'the instance changed between load and save, so its lock was not held',
  SAGA_HISTORY_DIVERGED: 'a recorded history replays to other decisions: the definition changed incompatibly',
} as const

export type SagaErrorCode = keyof typeof SAGA_ERROR_CODES

export const durationInvalid = (text: string): SagaError =>
  new SagaError('SAGA_DURATION_INVALID', `'${text}' is not a duration. Write a whole number and a unit: 500ms, 30s, 5m, 72h or 7d.`)

export const definitionInvalid = (saga: string, problems: readonly string[]): SagaError =>
  new SagaError('SAGA_DEFINITION_INVALID', `Saga ${saga} cannot be used until this is put right: ${problems.join('; ')}.`)

export const definitionDuplicate = (saga: string, version: number): SagaError =>
  new SagaError(
    'SAGA_DEFINITION_DUPLICATE',
    `Saga ${saga} version ${version} is registered twice. Give the changed definition the next version.`,
  )

export const definitionUnknown = (saga: string, version: number, known: readonly number[]): SagaError =>
  new SagaError(
    'SAGA_DEFINITION_UNKNOWN',
    `An instance of saga ${saga} runs version ${version}; this process knows ${known.length > 0 ? known.join(', ') : 'none'}. ` +
      'Register that version again, or deploy the release that has it, until its last instance has ended.',
  )

export const stepUnknown = (saga: string, version: number, step: string): SagaError =>
  new SagaError(
    'SAGA_STEP_UNKNOWN',
    `Saga ${saga} version ${version} has no step '${step}', but an instance has used it. Keep the step, or change the definition under a new version.`,
  )

export const concurrentUpdate = (instanceId: string): SagaError =>
  new SagaError(
    'SAGA_CONCURRENT_UPDATE',
    `Saga instance ${instanceId} changed since it was loaded. Nothing was saved; handle the message again.`,
  )

export const historyDiverged = (saga: string, version: number, differences: readonly string[]): SagaError =>
  new SagaError(
    'SAGA_HISTORY_DIVERGED',
    `A history of saga ${saga} version ${version} no longer replays to what was decided: ${differences.join('; ')}. ` +
      'Change the definition under a new version and keep this one for the instances that run it.',
  )
