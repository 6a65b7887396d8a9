import { BookingError } from './errors.ts'

/** A half-open range of time, `[startsAt, endsAt)`: it does not touch a slot that starts when it ends. */
export interface Slot {
  readonly startsAt: Date
  readonly endsAt: Date
}

export const LONGEST_SLOT_MS = 24 * 60 * 60 * 1000

/**
 * A slot that may be requested at `now`.
 * @param startsAt @param endsAt RFC 3339 times, any offset; kept as UTC to the millisecond
 * @throws BookingError slot_time_invalid, slot_ends_before_start, slot_too_long, slot_in_past,
 *   each with the pointer of the field to blame
 */
export function requestSlot(startsAt: string, endsAt: string, now: Date): Slot {
  const slot = { startsAt: instant(startsAt, '/starts_at'), endsAt: instant(endsAt, '/ends_at') }
  const lengthMs = slot.endsAt.getTime() - slot.startsAt.getTime()
  if (lengthMs <= 0) {
    throw new BookingError('slot_ends_before_start', 'ends_at must be after starts_at', '/ends_at')
  }
  if (lengthMs > LONGEST_SLOT_MS) {
    throw new BookingError('slot_too_long', 'a slot lasts 24 hours at most', '/ends_at')
  }
  if (slot.startsAt < now) {
    throw new BookingError('slot_in_past', 'starts_at must not be in the past', '/starts_at')
  }
  return slot
}

export function overlaps(a: Slot, b: Slot): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt
}

function instant(text: string, pointer: string): Date {
  const time = new Date(text)
  // 23:59:60 is valid RFC 3339 and no Date; an offset can reach the year 10000, which RFC 3339 cannot write
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999) {
    throw new BookingError('slot_time_invalid', `${text} is not a time that can be booked`, pointer)
  }
  return time
}
