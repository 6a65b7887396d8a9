/** An error of the booking domain: `code` is stable and stands in the README's table. */
export class BookingError extends Error {
  readonly code: BookingErrorCode
  /** JSON pointer into the request, when one field is to blame. */
  readonly pointer: string | undefined

  constructor(code: BookingErrorCode, message: string, pointer?: string) {
    super(message)
    this.name = 'BookingError'
    this.code = code
    this.pointer = pointer
  }
}

/** Every code with the sentence that documents it. */
export const BOOKING_ERROR_CODES = {
  booking_unknown: 'No booking has this id.',
  kitchen_unknown: 'No kitchen has this id, or its registration has not arrived here yet.',
  slot_ends_before_start: 'The end is not after the start.',
  slot_too_long: 'The slot is longer than 24 hours.',
  slot_in_past: 'The slot starts in the past.',
  slot_time_invalid: 'A time of the slot is not an instant that a calendar knows.',
  attendees_too_few: 'A booking has at least one attendee.',
  amount_too_large: 'The price cannot be written as an exact JSON number.',
  transition_forbidden: 'The table of transitions does not allow this move.',
} as const

export type BookingErrorCode = keyof typeof BOOKING_ERROR_CODES
