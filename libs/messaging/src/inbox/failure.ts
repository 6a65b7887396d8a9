import { redactText } from '@prep/observability'
import { PersistenceError } from '@prep/persistence'
import { MessagingError, PermanentError, TransientError } from '../errors.ts'
import { JITTER, type RetryPolicy } from '../retry-policy.ts'

/** What an inbox row keeps of an error. */
export interface Failure {
  readonly code: string
  readonly errorClass: string
  readonly message: string
  /** First stack frame: `file:line` with the function, without the path to the installation. */
  readonly frame: string | null
  readonly permanent: boolean
  readonly retryAfterMs: number | undefined
  /** Not to be tried again while the delivery waits. */
  readonly slow: boolean
}

const MAX_MESSAGE = 1_000

/** Reads any thrown value. PermanentError is final; all else is worth another try. */
export function failureOf(error: unknown): Failure {
  const timedOut = error instanceof PersistenceError && error.code === 'PERSISTENCE_TIMEOUT'
  const known = timedOut ? new MessagingError('MSG_HANDLER_TIMEOUT', { cause: error }) : error
  return {
    code: codeOf(known),
    errorClass: known instanceof Error ? known.name : typeof known,
    message: redactText(known instanceof Error ? known.message : textOf(known)).slice(0, MAX_MESSAGE).replaceAll('\0', ''),
    frame: known instanceof Error ? frameOf(known) : null,
    permanent: known instanceof PermanentError || isPermanentMessaging(known),
    retryAfterMs: known instanceof TransientError ? known.retryAfterMs : undefined,
    slow: known instanceof MessagingError && known.code === 'MSG_HANDLER_TIMEOUT',
  }
}

/**
 * How long to wait after `attempts` runs, in ms; undefined when there is to be no other run.
 * The immediate tries wait a few milliseconds; each later wait has up to 20 % of jitter on top.
 */
export function delayAfter(policy: RetryPolicy, attempts: number, failure: Failure, random: () => number = Math.random): number | undefined {
  if (failure.permanent || attempts >= policy.maxAttempts) return undefined
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs
  if (isImmediate(policy, attempts, failure)) return 5 + random() * 45
  const step = Math.max(0, attempts - 1 - policy.immediate)
  const delay = policy.delaysMs[Math.min(step, policy.delaysMs.length - 1)] ?? 1_000
  return delay * (1 + random() * JITTER)
}

/** Whether the next run may follow at once. */
export function isImmediate(policy: RetryPolicy, attempts: number, failure: Failure): boolean {
  return !failure.permanent && !failure.slow && failure.retryAfterMs === undefined && attempts <= policy.immediate && attempts < policy.maxAttempts
}

function isPermanentMessaging(error: unknown): boolean {
  if (!(error instanceof MessagingError)) return false
  if (error.code === 'MSG_UPCAST_FAILED') return true
  return error.code === 'MSG_CONTRACT_VIOLATED' || error.code === 'MSG_TOO_LARGE' || error.code === 'MSG_PARKING_FULL' || error.code === 'MSG_HANDLER_EFFECT_MISSING'
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && code !== '' ? code : 'MSG_HANDLER_FAILED'
}

function frameOf(error: Error): string | null {
  const line = /\n\s+at (.+)/.exec(error.stack ?? '')?.[1]
  return line ? line.replace(/(?:file:\/\/)?(?:\/[^/()\s]+)*\/((?:apps|libs|tools|node_modules)\/)/, '$1').slice(0, 300) : null
}

function textOf(value: unknown): string {
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  } catch {
    return String(value)
  }
}
