import { describe, expect, it } from 'vitest'
import { BOOKING_STATES } from './booking-state.ts'
import { decideConfirm, decideHold } from './slot-hold.ts'
import type { SlotHold, Situation } from './slot-hold.ts'

const now = new Date('2030-01-01T08:00:00Z')
const later = new Date('2030-01-01T08:10:00Z')
const earlier = new Date('2030-01-01T07:50:00Z')
const held: SlotHold = { state: 'held', heldUntil: later }
const given = (change: Partial<Situation>): Situation => ({
  booking: 'requested',
  hold: null,
  now,
  deadline: undefined,
  ...change,
})
const tombstones = ['released', 'expired', 'refused'] as const

describe('a command to hold', () => {
  it('is tried once for a new booking', () => {
    expect(decideHold(given({}), later)).toBe('try')
    expect(decideHold(given({ deadline: later }), later)).toBe('try')
  })

  it('gets the same answer again while the slot is its own', () => {
    expect(decideHold(given({ booking: 'held', hold: held }), later)).toBe('again')
    const confirmed: SlotHold = { state: 'confirmed', heldUntil: earlier }
    expect(decideHold(given({ booking: 'confirmed', hold: confirmed }), later)).toBe('again')
  })

  it.each(tombstones)('is refused at the tombstone %s', (state) => {
    expect(decideHold(given({ hold: { state, heldUntil: later } }), later)).toBe('refuse')
  })

  it('is refused after its deadline, and when the hold would be over already', () => {
    expect(decideHold(given({ deadline: now }), later)).toBe('refuse')
    expect(decideHold(given({}), now)).toBe('refuse')
    expect(decideHold(given({ booking: 'held', hold: { state: 'held', heldUntil: now } }), later)).toBe('refuse')
  })

  it.each(BOOKING_STATES.filter((s) => s !== 'requested'))(
    'is refused when it comes first and the booking is %s',
    (booking) => {
      expect(decideHold(given({ booking }), later)).toBe('refuse')
    },
  )
})

describe('a command to confirm', () => {
  it('is tried while the hold counts', () => {
    expect(decideConfirm(given({ booking: 'authorized', hold: held }))).toBe('try')
  })

  it('gets the same answer again, even after its deadline', () => {
    const hold: SlotHold = { state: 'confirmed', heldUntil: earlier }
    expect(decideConfirm(given({ booking: 'confirmed', hold, deadline: earlier }))).toBe('again')
  })

  it('is refused without a hold, after it, or after the deadline', () => {
    const booking = 'authorized'
    expect(decideConfirm(given({ booking }))).toBe('refuse')
    expect(decideConfirm(given({ booking, hold: { state: 'held', heldUntil: now } }))).toBe('refuse')
    expect(decideConfirm(given({ booking, hold: held, deadline: now }))).toBe('refuse')
  })

  it.each(tombstones)('is refused at the tombstone %s', (state) => {
    expect(decideConfirm(given({ booking: 'authorized', hold: { state, heldUntil: later } }))).toBe('refuse')
  })
})
