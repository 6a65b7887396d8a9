import fc from 'fast-check'
import { v5, v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { beginOfDay, DAY_MS, dayOf, isUuidV7, timeOfId } from './inbox-days.ts'

describe('the day of an id', () => {
  it('holds exactly the ids that were made on it, for any moment of any year until 10000', () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(9999, 11, 30) })
    fc.assert(fc.property(moment, time => {
      const day = dayOf(time)
      const begin = beginOfDay(day.table) as number
      const within = (id: string) => id >= day.from && id < day.to
      expect([begin, begin + DAY_MS - 1].map(msecs => within(v7({ msecs })))).toEqual([true, true])
      expect([begin + DAY_MS, ...(begin > 0 ? [begin - 1] : [])].map(msecs => within(v7({ msecs }))).includes(true)).toBe(false)
      expect(timeOfId(v7({ msecs: time }))).toBe(time)
    }))
  })

  it('has a table named by its date in UTC', () => {
    expect(dayOf(Date.UTC(2026, 0, 31, 23, 59, 59, 999)).table).toBe('inbox_20260131')
    expect(dayOf(Date.UTC(2026, 1, 1)).table).toBe('inbox_20260201')
    expect(beginOfDay('inbox_default')).toBeUndefined()
  })
})

it('only UUIDs of version 7 have a time', () => {
  expect(isUuidV7(v7())).toBe(true)
  expect(isUuidV7(v7().toUpperCase())).toBe(true)
  for (const id of ['', 'x', v5('x', v7()), crypto.randomUUID(), `${v7()} `, v7().replaceAll('-', '')]) expect(isUuidV7(id)).toBe(false)
})
