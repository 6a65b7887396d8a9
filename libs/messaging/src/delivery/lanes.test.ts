import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeadDelivery } from './classify-entry.ts'
import { keyOf, LANE_ENTRIES, lanesOf } from './lanes.ts'

const entry = (key: string, i: number): DeadDelivery => ({
  kind: 'dead', entryId: String(i), consumer: 'c', eventId: String(i), eventType: 't', partitionKey: key, code: 'MSG_NOT_JSON', message: '', body: '',
})

describe('lanes', () => {
  it('take every entry once, keep the order of each key within one lane, and are bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 400 }), fc.integer({ min: 1, max: 8 }), (keys, maxLanes) => {
        const entries = keys.map((key, i) => entry(`key-${key}`, i))
        const lanes = lanesOf(entries, maxLanes)
        expect(lanes.length).toBeLessThanOrEqual(maxLanes)
        const flat = lanes.map(chunks => chunks.flat())
        expect(flat.flat().length).toBe(entries.length)
        for (const chunk of lanes.flat()) expect(chunk.length).toBeLessThanOrEqual(LANE_ENTRIES)
        for (const key of new Set(entries.map(keyOf))) {
          const holding = flat.filter(lane => lane.some(one => keyOf(one) === key))
          expect(holding).toHaveLength(1)
          expect(holding[0]?.filter(one => keyOf(one) === key)).toEqual(entries.filter(one => keyOf(one) === key))
        }
      }),
    )
  })

  it('are few for a small batch: a commit costs more than running side by side saves', () => {
    const batch = (size: number) => lanesOf(Array.from({ length: size }, (_, i) => entry(`key-${i}`, i)), 4).length
    expect([batch(0), batch(1), batch(10), batch(25), batch(200)]).toEqual([0, 1, 1, 3, 4])
  })
})
