import { httpError, ProblemError } from '@prep/http'
import { KitchenChanged, KitchenRefused, type Violation } from '../domain/errors.ts'

/** The domain's errors as a client sees them; any other passes. Use as `.catch(asProblem)`. */
export function asProblem(error: unknown): never {
  if (error instanceof KitchenRefused) throw refused(error)
  if (error instanceof KitchenChanged) throw changed(error)
  throw error
}

function refused(error: KitchenRefused): ProblemError {
  const errors = error.violations.map(({ field, code, detail }) => ({ pointer: pointerOf(field), code, detail }))
  return new ProblemError({
    status: 422,
    code: error.code,
    title: 'The details of the kitchen cannot be true',
    detail: `${errors[0]?.pointer} ${errors[0]?.detail}${errors.length > 1 ? `, and ${errors.length - 1} more` : ''}.`,
    errors,
    cause: error,
  })
}

function changed(error: KitchenChanged): ProblemError {
  const errors = [{ header: 'If-Match', code: 'version', detail: `the current version is "${error.version}"` }]
  return httpError('HTTP_PRECONDITION_FAILED', 'Read the kitchen again and repeat your change on it.', { errors, headers: { etag: `"${error.version}"` } })
}

/** `licence.validUntil` is `/licence/valid_until` in JSON. */
function pointerOf(field: Violation['field']): string {
  return field.map(name => `/${name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`).join('')
}
