import { v7 } from 'uuid'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import type { ConformanceCase } from './case.ts'

const WAIT = { timeoutMs: 90_000 }
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

export const outageCases: readonly ConformanceCase[] = [
  {
    name: 'delivers later what was saved while the broker was away',
    needs: ['restart'],
    run: async (room) => {
      const bookingIds = [v7(), v7(), v7()]
      await room.transport.cut()
      for (const bookingId of bookingIds) await room.change(bookingId, 1)
      expect(await room.database.query(`select 1 from effects where note = any($1)`, [bookingIds.map((id) => `saved ${id}`)])).toHaveLength(3)
      expect((await room.database.query('select 1 from outbox')).length).toBeGreaterThanOrEqual(3)
      await room.transport.mend()
      for (const bookingId of bookingIds) await eventually(async () => expect(await room.versionsHeard(bookingId)).toEqual([1]), WAIT)
      expect(await room.database.query(`select 1 from outbox where state = 'blocked'`)).toEqual([])
    },
  },
  {
    name: 'keeps the order of each key over a restart of the broker',
    needs: ['restart'],
    run: async (room) => {
      const bookingIds = [v7(), v7(), v7()]
      const change = async (versions: number[]): Promise<void> => {
        for (const version of versions) for (const bookingId of bookingIds) await room.change(bookingId, version)
      }
      const versions = upTo(45)
      await change(versions.slice(0, 15))
      await room.transport.cut()
      await change(versions.slice(15, 30))
      await room.transport.mend()
      await change(versions.slice(30))
      for (const bookingId of bookingIds) await eventually(async () => expect(await room.versionsHeard(bookingId)).toHaveLength(45), WAIT)
      for (const bookingId of bookingIds) expect(await room.versionsHeard(bookingId)).toEqual(versions)
    },
  },
]
