import type { BookingState } from './booking-state.ts'

/**
 * The life of a hold; `held` and `confirmed` keep others out of the slot.
 * The last three are tombstones: what comes after them finds the slot closed to this booking.
 */
export const HOLD_STATES = ['held', 'confirmed', 'released', 'expired', 'refused'] as const
export type HoldState = (typeof HOLD_STATES)[number]

/** The one hold that a booking ever has. */
export interface SlotHold {
  readonly state: HoldState
  /** Until when `held` counts; a confirmed hold no longer ends. Null on a tombstone that never held. */
  readonly heldUntil: Date | null
}

/** What the owner of the calendar knows when a command arrives; `now` is the database's clock. */
export interface Situation {
  readonly booking: BookingState
  readonly hold: SlotHold | null
  readonly now: Date
  /** The command's own deadline, when it has one. */
  readonly deadline: Date | undefined
}

/** `again`: it was done before, say so again. `try`: do it. `refuse`: it will never be done. */
export type Decision = 'again' | 'try' | 'refuse'

/**
 * May this booking take its slot? Refused after a release, after its deadline, and once it was
 * refused before: an answer does not change when the same question comes twice.
 */
export function decideHold(situation: Situation, heldUntil: Date): Decision {
  const { booking, hold, now } = situation
  if (hold !== null) return stillHolds(hold, now) ? 'again' : 'refuse'
  if (booking !== 'requested' || isLate(situation) || heldUntil <= now) return 'refuse'
  return 'try'
}

/** May this booking be confirmed? Only while its hold still keeps others out. */
export function decideConfirm(situation: Situation): Decision {
  const { booking, hold, now } = situation
  if (booking === 'confirmed') return 'again'
  if (hold === null || !stillHolds(hold, now) || isLate(situation)) return 'refuse'
  return 'try'
}

function stillHolds(hold: SlotHold, now: Date): boolean {
  if (hold.state === 'confirmed') return true
  return hold.state === 'held' && hold.heldUntil !== null && hold.heldUntil > now
}

function isLate({ deadline, now }: Situation): boolean {
  return deadline !== undefined && deadline <= now
}
