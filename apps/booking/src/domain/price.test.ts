import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priceOf } from './price.ts'

const START = Date.parse('2030-01-01T10:00:00Z')
const lasting = (lengthMs: number) => ({ startsAt: new Date(START), endsAt: new Date(START + lengthMs) })
const MINUTE = 60_000
const eur = (hourlyRateMinor: number) => ({ hourlyRateMinor, currency: 'EUR' })

describe('the price of a slot', () => {
  it.each([
    { minutes: 120, rate: 4500, amount: 9000 },
    { minutes: 90, rate: 4500, amount: 6750 },
    { minutes: 1, rate: 4500, amount: 75 },
    { minutes: 1, rate: 29, amount: 0 }, // 0.483
    { minutes: 1, rate: 30, amount: 1 }, // 0.5 goes up
    { minutes: 7, rate: 4999, amount: 583 }, // 583.217
    { minutes: 1440, rate: 0, amount: 0 },
  ])('$minutes minutes at $rate an hour are $amount', ({ minutes, rate, amount }) => {
    expect(priceOf(lasting(minutes * MINUTE), eur(rate))).toEqual({ amountMinor: amount, currency: 'EUR' })
  })

  it('is exact where floating point is not', () => {
    expect(priceOf(lasting(61 * MINUTE), eur(8_000_000_000_000_001)).amountMinor).toBe(8_133_333_333_333_334)
  })

  it('refuses an amount that JSON cannot carry exactly', () => {
    expect(() => priceOf(lasting(120 * MINUTE), eur(Number.MAX_SAFE_INTEGER))).toThrow(
      expect.objectContaining({ code: 'amount_too_large' }),
    )
  })

  it('is never more than half a minor unit from the true price', () => {
    const lengths = fc.integer({ min: 1, max: 24 * 60 * MINUTE })
    fc.assert(
      fc.property(lengths, fc.integer({ min: 0, max: 10_000_000 }), (lengthMs, rate) => {
        const paid = BigInt(priceOf(lasting(lengthMs), eur(rate)).amountMinor) * 3_600_000n
        const twiceTheError = 2n * (paid - BigInt(rate) * BigInt(lengthMs))
        return twiceTheError <= 3_600_000n && twiceTheError > -3_600_000n
      }),
    )
  })
})
