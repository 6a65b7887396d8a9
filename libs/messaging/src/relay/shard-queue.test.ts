import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RelayRow } from './dapr-publisher.ts'
import { laneOf } from './outbox-store.ts'
import { BULK_BYTES, BULK_ROWS, ShardQueue } from './shard-queue.ts'

const row = (id: number, key: string, topic = 't', size = 100): RelayRow => ({ id: String(id), component: 'c', topic, key, payload: '', size, attempts: 0 })

describe('the queue of a shard', () => {
  it('gives bulks of one topic, one row a key, bounded, and every row once and in order per key', () => {
    const rows = fc.array(fc.record({ key: fc.integer({ min: 0, max: 20 }), topic: fc.constantFrom('a', 'b'), size: fc.constantFrom(100, 250_000) }), { maxLength: 300 })
    fc.assert(
      fc.property(rows, list => {
        const queue = new ShardQueue()
        const all = list.map(({ key, topic, size }, i) => row(i, String(key), topic, size))
        queue.add(all)
        const sent: RelayRow[] = []
        for (let bulk = queue.take(new Set()); bulk.length > 0; bulk = queue.take(new Set())) {
          expect(bulk.length).toBeLessThanOrEqual(BULK_ROWS)
          expect(bulk.reduce((sum, one) => sum + one.size, 0)).toBeLessThanOrEqual(BULK_BYTES)
          expect(new Set(bulk.map(one => one.topic)).size).toBe(1)
          expect(new Set(bulk.map(one => one.key)).size).toBe(bulk.length)
          sent.push(...bulk)
        }
        expect(queue.size).toBe(0)
        expect(sent).toHaveLength(all.length)
        for (const lane of new Set(all.map(laneOf))) expect(sent.filter(one => laneOf(one) === lane)).toEqual(all.filter(one => laneOf(one) === lane))
      }),
    )
  })

  it('lets nothing of a waiting key pass, and the others go on', () => {
    const queue = new ShardQueue()
    queue.add([row(1, 'a'), row(2, 'b'), row(3, 'a')])
    expect(queue.take(new Set(['t a'])).map(one => one.id)).toEqual(['2'])
    expect(queue.take(new Set(['t a']))).toEqual([])
    expect(queue.take(new Set()).map(one => one.id)).toEqual(['1'])
  })

  it('keeps rows that were not sent before those that came later', () => {
    const queue = new ShardQueue()
    queue.add([row(1, 'a'), row(2, 'a')])
    queue.putBack(queue.take(new Set()))
    expect(queue.take(new Set()).map(one => one.id)).toEqual(['1'])
    queue.drop('t a')
    expect(queue.size).toBe(0)
  })

  it('reads fewer rows at once when they are large', () => {
    const queue = new ShardQueue()
    expect(queue.room).toBe(200)
    queue.add([row(1, 'a', 't', 256 * 1024)])
    expect(queue.room).toBe(32)
  })
})
