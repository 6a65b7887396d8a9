import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OutboxRow } from '../outbox/handover.ts'
import { BULK_BYTES, BULK_ROWS, TopicQueue } from './topic-queue.ts'

const row = (id: number, key: string, size = 100): OutboxRow => ({ id: String(id), shard: 0, component: 'c', topic: 't', key, payload: '', size, attempts: 0 })

describe('the queue of a topic', () => {
  it('gives bulks of one row a key, bounded, and every row once and in order per key, however they came in', () => {
    const rows = fc.array(fc.record({ key: fc.integer({ min: 0, max: 20 }), size: fc.constantFrom(100, 250_000) }), { maxLength: 300 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 300 }), (list, cut) => {
        const queue = new TopicQueue()
        const all = list.map(({ key, size }, i) => row(i, String(key), size))
        queue.add(all.slice(cut))
        queue.add(all.slice(0, cut))
        const sent: OutboxRow[] = []
        for (let bulk = queue.take(new Set()); bulk.length > 0; bulk = queue.take(new Set())) {
          expect(bulk.length).toBeLessThanOrEqual(BULK_ROWS)
          expect(bulk.reduce((sum, one) => sum + one.size, 0)).toBeLessThanOrEqual(BULK_BYTES)
          expect(new Set(bulk.map(one => one.key)).size).toBe(bulk.length)
          sent.push(...bulk)
        }
        expect(queue.size).toBe(0)
        expect(sent).toHaveLength(all.length)
        for (const key of new Set(all.map(one => one.key))) expect(sent.filter(one => one.key === key)).toEqual(all.filter(one => one.key === key))
      }),
    )
  })

  it('lets nothing of a waiting key pass, and the others go on', () => {
    const queue = new TopicQueue()
    queue.add([row(1, 'a'), row(2, 'b'), row(3, 'a')])
    expect(queue.take(new Set(['a'])).map(one => one.id)).toEqual(['2'])
    expect(queue.take(new Set(['a']))).toEqual([])
    expect(queue.take(new Set()).map(one => one.id)).toEqual(['1'])
  })

  it('keeps rows that were not sent before those that came later, also across a new digit', () => {
    const queue = new TopicQueue()
    queue.add([row(9, 'a'), row(10, 'a')])
    queue.add(queue.take(new Set()))
    expect(queue.take(new Set()).map(one => one.id)).toEqual(['9'])
    expect(queue.remove(one => one.key === 'a').map(one => one.id)).toEqual(['10'])
    expect(queue.size).toBe(0)
  })

  it('is full by rows or by bytes, and has room again when they left', () => {
    const [many, large] = [new TopicQueue(), new TopicQueue()]
    many.add(Array.from({ length: 1_000 }, (_, i) => row(i, `k${i}`)))
    large.add(Array.from({ length: 32 }, (_, i) => row(i, `k${i}`, 256 * 1024)))
    expect([many.isFull, large.isFull]).toEqual([true, true])
    large.take(new Set())
    expect(large.isFull).toBe(false)
  })
})
