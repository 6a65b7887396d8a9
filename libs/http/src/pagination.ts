import { Page } from './envelope.ts'
import { httpError } from './errors.ts'

export const PAGE_LIMIT = { default: 50, maximum: 200 } as const

/** Schema properties of the two query parameters of every list; spread them into the list's own. */
export const PAGE_PARAMETERS = {
  limit: { type: 'integer', minimum: 1, maximum: PAGE_LIMIT.maximum, default: PAGE_LIMIT.default },
  cursor: { type: 'string', maxLength: 512 },
} as const

/** Opaque to clients: the sort key of the last item of a page. */
export function encodeCursor(key: ReadonlyArray<string | number>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/**
 * The sort key inside a cursor; undefined for the first page.
 * @param types what each part of the key must be; a part named `uuid` is a string in that form
 * @throws ProblemError HTTP_INVALID_CURSOR when the cursor was not made by `encodeCursor` for such a key
 */
export function decodeCursor(cursor: string | undefined, types: ReadonlyArray<'string' | 'number' | 'uuid'>): Array<string | number> | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const key = parse(cursor)
  if (Array.isArray(key) && key.length === types.length && types.every((type, index) => isPart(key[index], type))) {
    return key as Array<string | number>
  }
  const errors = [{ parameter: 'cursor', code: 'cursor', detail: 'was not given out by this list' }]
  throw httpError('HTTP_INVALID_CURSOR', 'Use next_cursor of the page before, unchanged, or none for the first page.', { errors })
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function isPart(part: unknown, type: 'string' | 'number' | 'uuid'): boolean {
  if (type === 'number') return typeof part === 'number' && Number.isFinite(part)
  return typeof part === 'string' && (type === 'string' || UUID.test(part))
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown
  } catch {
    return undefined
  }
}

/**
 * A page from `limit + 1` rows, sorted: the row too many says that there is a next page.
 * @param keyOf the sort key of a row, as `decodeCursor` will hand it back
 */
export function pageOf<R, T>(rows: R[], limit: number, keyOf: (row: R) => Array<string | number>, itemOf: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return new Page(shown.map(itemOf), rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null, limit)
}
