import { ProblemError } from '@prep/http'
import { BOOKING_ERROR_CODES, BookingError } from '../domain/errors.ts'

/** What the domain refuses, as 422 that names the field; any other error as it is. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof BookingError)) return error
  const { code, message: detail, pointer } = error
  const errors = pointer === undefined ? undefined : [{ pointer, code, detail }]
  return new ProblemError({
    status: 422,
    code,
    title: BOOKING_ERROR_CODES[code],
    detail,
    ...(errors && { errors }),
    cause: error,
  })
}
