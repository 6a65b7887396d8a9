import { describe, expect, it } from 'vitest'
import { lastMoment, UNTIL_DEADLINE, untilNextTry } from './retry-ladders.ts'

const DEADLINE = new Date(60_000)

describe('the wait before the next try', () => {
  it('climbs to five seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(attempt => untilNextTry(UNTIL_DEADLINE, attempt, DEADLINE, 0)))
      .toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
  })

  it('ends at the deadline, not a rung later', () => {
    expect(untilNextTry(UNTIL_DEADLINE, 9, DEADLINE, 58_000)).toBe(2_005)
    expect(untilNextTry(UNTIL_DEADLINE, 9, DEADLINE, 70_000)).toBe(0)
  })
})

describe('the last moment to ask', () => {
  it('is before the deadline, so that the answer arrives while somebody still waits for it', () => {
    const sentAt = new Date('2030-01-01T12:00:00Z')
    const afterMs = (ms: number): number => lastMoment(sentAt, new Date(sentAt.getTime() + ms)).getTime() - sentAt.getTime()
    expect([120_000, 20_000, 1_000, 0].map(afterMs)).toEqual([115_000, 18_000, 900, 0])
  })
})
