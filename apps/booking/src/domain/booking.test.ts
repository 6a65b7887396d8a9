import { describe, expect, it } from 'vitest'
import { BOOKING_STATES, TRANSITIONS, mayMove } from './booking-state.ts'
import { Booking } from './booking.ts'
import type { BookingState } from './booking-state.ts'

const now = new Date('2030-01-01T08:00:00Z')
const slot = { startsAt: new Date('2030-01-02T10:00:00Z'), endsAt: new Date('2030-01-02T11:30:00Z') }
const kitchen = { id: 'k', name: 'Dockside', timeZone: 'Europe/Lisbon', hourlyRateMinor: 3001, currency: 'EUR' }
const customer = { name: 'Ana', email: 'ana@example.org' }
const request = { id: 'b', kitchen, slot, attendees: 2, paymentMethod: 'pm_card_visa', customer, now }
const standing = (state: BookingState) => Booking.restore(Booking.request(request).facts, state, 5, null)

describe('a booking', () => {
  it('starts as requested, with the price that the kitchen charges', () => {
    const booking = Booking.request(request)
    expect(booking.state).toBe('requested')
    expect(booking.version).toBe(1)
    expect(booking.facts.price).toEqual({ amountMinor: 4502, currency: 'EUR' }) // 4501.5, half up
  })

  it('needs somebody to come', () => {
    expect(() => Booking.request({ ...request, attendees: 0 })).toThrow(
      expect.objectContaining({ code: 'attendees_too_few', pointer: '/attendees' }),
    )
  })

  it.each(BOOKING_STATES)('can be held, being %s, only as the table says', (state) => {
    const booking = standing(state)
    if (mayMove(state, 'held')) {
      booking.hold()
      expect([booking.state, booking.version]).toEqual(['held', 6])
    } else {
      expect(() => booking.hold()).toThrow(expect.objectContaining({ code: 'transition_forbidden' }))
      expect([booking.state, booking.version]).toEqual([state, 5])
    }
  })

  it.each(BOOKING_STATES)('can be rejected, being %s, only as the table says', (state) => {
    const booking = standing(state)
    const reason = { code: 'slot_taken', detail: 'taken' }
    if (TRANSITIONS.some((t) => t.from === state && t.to === 'rejected')) {
      booking.reject(reason)
      expect([booking.state, booking.version, booking.reason]).toEqual(['rejected', 6, reason])
    } else {
      expect(() => booking.reject(reason)).toThrow(expect.objectContaining({ code: 'transition_forbidden' }))
      expect([booking.state, booking.reason]).toEqual([state, null])
    }
  })

  it.each(BOOKING_STATES)('is confirmed, being %s, only from its hold on', (state) => {
    const booking = standing(state)
    const onTheRoad = ['held', 'in-review', 'authorizing', 'authorized'].includes(state)
    expect(booking.confirm()).toBe(onTheRoad)
    expect([booking.state, booking.version]).toEqual(onTheRoad ? ['confirmed', 6] : [state, 5])
  })
})
