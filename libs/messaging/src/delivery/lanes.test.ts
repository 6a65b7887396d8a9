import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeadDelivery } from './classify-entry.ts'
import { keyOf, LANE_ENTRIES, type LaneEntry, Lanes } from './lanes.ts'

const entry = (key: string, i: number): DeadDelivery => ({
  kind: 'dead', entryId: String(i), consumer: 'c', eventId: String(i), eventType: 't', partitionKey: key, code: 'MSG_NOT_JSON', message: '', body: '',
})

const turn = (): Promise<void> => new Promise(done => setImmediate(done))

describe('lanes', () => {
  it('run every entry once, keep the order of each key, one batch of a key at a time, and bound the batch', async () => {
    const arrivals = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 120 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 0, 2), async (deliveries, count, restMs) => {
        const ran: LaneEntry[] = []
        const busy = new Set<string>()
        const lanes = new Lanes(count, restMs, async (batch, report) => {
          const keys = new Set(batch.map(keyOf))
          for (const key of keys) expect(busy.has(key)).toBe(false)
          for (const key of keys) busy.add(key)
          expect(batch.length).toBeLessThanOrEqual(LANE_ENTRIES)
          await turn()
          ran.push(...batch)
          for (const one of batch) report(one, 'handled')
          for (const key of keys) busy.delete(key)
        })
        let n = 0
        const offered: LaneEntry[] = []
        const outcomes: Array<Promise<string>> = []
        for (const keys of deliveries) {
          for (const key of keys) {
            const one = entry(`key-${key}`, n++)
            offered.push(one)
            outcomes.push(lanes.submit(one))
          }
          await turn()
        }
        expect((await Promise.all(outcomes)).every(outcome => outcome === 'handled')).toBe(true)
        expect(ran).toHaveLength(offered.length)
        for (const key of new Set(offered.map(keyOf))) {
          expect(ran.filter(one => keyOf(one) === key)).toEqual(offered.filter(one => keyOf(one) === key))
        }
      }),
    )
  })

  it('gather what arrives while a batch is at work into the next one', async () => {
    const batches: number[] = []
    let finish: () => void = () => undefined
    const lanes = new Lanes(1, 0, async (batch, report) => {
      batches.push(batch.length)
      await new Promise<void>(done => (finish = done))
      for (const one of batch) report(one, 'handled')
    })
    const first = lanes.submit(entry('a', 0))
    await turn()
    const others = ['a', 'b', 'c'].map((key, i) => lanes.submit(entry(key, i + 1)))
    finish()
    await first
    await turn()
    finish()
    await Promise.all(others)
    expect(batches).toEqual([1, 3])
  })

  it('have an entry brought again that its batch said nothing about', async () => {
    const lanes = new Lanes(1, 0, () => Promise.resolve())
    expect(await lanes.submit(entry('a', 0))).toBe('unavailable')
  })
})
