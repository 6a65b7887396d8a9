import { redactText } from './redaction.ts'

/** An error as it stands in a log line. */
export interface ErrorFields {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: ErrorFields
}

/**
 * Only class, code, message, stack and cause. Drivers hang the statement, its parameters and the offending row on their
 * errors, and those are what customers typed.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: redactText(String(error)) }
  const code = (error as { code?: unknown }).code
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' && { code }),
    ...(error.stack && { stack: redactText(error.stack) }),
    ...(error.cause !== undefined && depth < 4 && { cause: errorFields(error.cause, depth + 1) }),
  }
}
