import { ErrorWithHint } from './error-with-hint.ts'

/** Every error of the local runtime: a stable code, what happened, and what to do about it. */
export const runtimeErrorCodes = [
  'RT_ALREADY_RUNNING',
  'RT_BUILD_FAILED',
  'RT_CHECKSUM_MISMATCH',
  'RT_INSTALL_FAILED',
  'RT_INTERRUPTED',
  'RT_MIGRATION_FAILED',
  'RT_NOT_RUNNING',
  'RT_NO_FREE_PORTS',
  'RT_PART_FAILED',
  'RT_PART_TIMEOUT',
  'RT_PART_UNKNOWN',
  'RT_PORT_IN_USE',
  'RT_PREREQUISITE_MISSING',
  'RT_TOPICS_FAILED',
  'RT_USER_MISSING',
] as const

export type RuntimeErrorCode = (typeof runtimeErrorCodes)[number]

export class RuntimeError extends ErrorWithHint<RuntimeErrorCode> {}

export function interrupted(): RuntimeError {
  return new RuntimeError('RT_INTERRUPTED', { message: 'Interrupted; what had been started was ended again.' })
}
