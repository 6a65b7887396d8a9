import { beforeEach, describe, expect, it } from 'vitest'
import { type FailureRate, FailureRates } from './failure-rates.ts'

const MINUTE = 60_000
const alarm = { share: 0.05, minRuns: 20, windowMs: 5 * MINUTE }
let told: FailureRate[]
let rates: FailureRates

beforeEach(() => {
  told = []
  rates = new FailureRates(alarm, rate => told.push(rate))
})

function run(handled: number, failed: number, now: number, code = 'AWAY'): void {
  for (let i = 0; i < handled; i++) rates.handled('booking/a', now)
  for (let i = 0; i < failed; i++) rates.failed('booking/a', code, now)
}

describe('the share of failures', () => {
  it('is told once when it is over 5 %, with its most frequent code', () => {
    run(97, 1, 0, 'OTHER')
    run(0, 4, 1_000)
    expect(told).toEqual([])
    run(0, 10, 2_000)
    expect(told).toEqual([{ consumer: 'booking/a', failures: 6, runs: 103, topCode: 'AWAY' }])
  })

  it('is told again after a window, when it still is too high', () => {
    run(0, 30, 0)
    run(0, 30, 4 * MINUTE)
    expect(told).toHaveLength(1)
    run(0, 1, 5 * MINUTE)
    expect(told).toHaveLength(2)
  })

  it('says nothing of a few runs', () => {
    run(0, 19, 0)
    expect(told).toEqual([])
    run(0, 1, 0)
    expect(told).toHaveLength(1)
  })

  it('forgets what is older than the window', () => {
    run(0, 19, 0)
    run(30, 1, 5 * MINUTE + 10_000)
    expect(told).toEqual([])
    expect(rates.shares(5 * MINUTE + 10_000).get('booking/a')).toBeCloseTo(1 / 31)
    expect(rates.shares(20 * MINUTE).has('booking/a')).toBe(false)
  })

  it('is that of one consumer', () => {
    run(100, 0, 0)
    for (let i = 0; i < 20; i++) rates.failed('booking/b', 'AWAY', 0)
    expect(told.map(({ consumer }) => consumer)).toEqual(['booking/b'])
    expect(rates.shares(0)).toEqual(new Map([['booking/a', 0], ['booking/b', 1]]))
  })
})
