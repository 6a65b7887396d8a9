import { BookingError } from './errors.ts'
import type { Slot } from './slot.ts'

/** An amount in the minor unit of its ISO 4217 currency: 1250 EUR minor is 12.50 EUR. */
export interface Money {
  readonly amountMinor: number
  readonly currency: string
}

export interface Rate {
  /** What one hour costs, in minor units; a whole number of at least 0. */
  readonly hourlyRateMinor: number
  readonly currency: string
}

const MS_PER_HOUR = 3_600_000n

/**
 * The price of a slot: each minute costs a sixtieth of the hour, and so on down to the millisecond;
 * the sum is rounded once, half up, in whole numbers throughout.
 * @throws BookingError amount_too_large above Number.MAX_SAFE_INTEGER
 */
export function priceOf(slot: Slot, rate: Rate): Money {
  const lengthMs = BigInt(slot.endsAt.getTime() - slot.startsAt.getTime())
  const amount = (BigInt(rate.hourlyRateMinor) * lengthMs * 2n + MS_PER_HOUR) / (MS_PER_HOUR * 2n)
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new BookingError('amount_too_large', `a price of ${amount} ${rate.currency} minor is too large`)
  }
  return { amountMinor: Number(amount), currency: rate.currency }
}
