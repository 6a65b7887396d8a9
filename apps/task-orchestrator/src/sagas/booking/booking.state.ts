import type { BookingRequestedV1Data } from '@prep/contracts'

/** What the booking saga remembers between two messages. No personal data: the commands need none. */
export interface BookingSagaState {
  readonly bookingId: string
  readonly kitchenId: string
  readonly startsAt: string
  readonly endsAt: string
  readonly attendees: number
  readonly amountMinor: number
  readonly currency: string
  readonly paymentMethod: string
  /** Until when the money is reserved (RFC 3339); null before the authorization. */
  readonly authorizedUntil: string | null
}

export function stateOf(request: BookingRequestedV1Data): BookingSagaState {
  const { bookingId, kitchenId, startsAt, endsAt, attendees, amountMinor, currency, paymentMethod } = request
  return { bookingId, kitchenId, startsAt, endsAt, attendees, amountMinor, currency, paymentMethod, authorizedUntil: null }
}
