import { expect, it } from 'vitest'
import { decodeCursor, encodeCursor, pageOf } from './index.ts'

const ID = '0197a3a0-0000-7000-8000-000000000000'

it('gives the sort key of the last item shown as the cursor, and none on the last page', () => {
  const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
  const keyOf = (row: { id: string }) => [row.id]
  const page = pageOf(rows, 2, keyOf, row => row.id)
  expect(page.items).toEqual(['a', 'b'])
  expect(decodeCursor(page.next_cursor ?? '', ['string'])).toEqual(['b'])
  expect(pageOf(rows, 3, keyOf, row => row.id).next_cursor).toBeNull()
  expect(pageOf([], 3, keyOf, row => row).items).toEqual([])
})

it('takes only cursors of the shape it gave out', () => {
  expect(decodeCursor(undefined, ['uuid'])).toBeUndefined()
  expect(decodeCursor(encodeCursor([ID, 7]), ['uuid', 'number'])).toEqual([ID, 7])
  for (const bad of ['!!', 'e30', encodeCursor([]), encodeCursor(['not a uuid']), encodeCursor([ID, ID]), encodeCursor([7])]) {
    expect(() => decodeCursor(bad, ['uuid'])).toThrow(expect.objectContaining({ code: 'HTTP_INVALID_CURSOR', status: 400 }))
  }
})
