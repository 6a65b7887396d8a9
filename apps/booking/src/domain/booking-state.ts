/** The twelve states of a booking, in the order in which a reader meets them. */
export const BOOKING_STATES = [
  'requested',
  'held',
  'in-review',
  'authorizing',
  'authorized',
  'confirmed',
  'in-use',
  'completed',
  'rejected',
  'cancelled',
  'no-show',
  'refunded',
] as const

export type BookingState = (typeof BOOKING_STATES)[number]

export interface Transition {
  readonly from: BookingState
  readonly to: BookingState
  /** What happened, as the picture in the README names it. */
  readonly by: string
}

/** Every allowed move. What is not in this table is forbidden. */
export const TRANSITIONS: readonly Transition[] = [
  { from: 'requested', to: 'held', by: 'slot held' },
  { from: 'requested', to: 'rejected', by: 'slot taken' },
  { from: 'requested', to: 'cancelled', by: 'customer cancels' },

  { from: 'held', to: 'in-review', by: 'review requested' },
  { from: 'held', to: 'authorizing', by: 'compliance approved' },
  { from: 'held', to: 'rejected', by: 'compliance rejected or timed out' },
  { from: 'held', to: 'cancelled', by: 'customer cancels' },

  { from: 'in-review', to: 'authorizing', by: 'reviewer approves' },
  { from: 'in-review', to: 'rejected', by: 'reviewer rejects or timed out' },
  { from: 'in-review', to: 'cancelled', by: 'customer cancels' },

  { from: 'authorizing', to: 'authorized', by: 'payment authorized' },
  { from: 'authorizing', to: 'rejected', by: 'payment declined or timed out' },
  { from: 'authorizing', to: 'cancelled', by: 'customer cancels' },

  { from: 'authorized', to: 'confirmed', by: 'hold made permanent' },
  { from: 'authorized', to: 'rejected', by: 'hold expired' },
  { from: 'authorized', to: 'cancelled', by: 'customer cancels' },

  { from: 'confirmed', to: 'in-use', by: 'checked in' },
  { from: 'confirmed', to: 'no-show', by: 'nobody came' },
  { from: 'confirmed', to: 'cancelled', by: 'customer cancels' },
  // The process gave up waiting for the answer to its confirm and undid everything: the undo wins,
  // or a booking would stay confirmed whose payment was voided.
  { from: 'confirmed', to: 'rejected', by: 'undone, answer came too late' },

  { from: 'in-use', to: 'completed', by: 'checked out' },
  { from: 'completed', to: 'refunded', by: 'money returned' },
  { from: 'cancelled', to: 'refunded', by: 'money returned' },
  { from: 'no-show', to: 'refunded', by: 'money returned' },
]

const allowed = new Set(TRANSITIONS.map((t) => `${t.from}>${t.to}`))

export function mayMove(from: BookingState, to: BookingState): boolean {
  return allowed.has(`${from}>${to}`)
}

/** A state with no way out. */
export function isFinal(state: BookingState): boolean {
  return !TRANSITIONS.some((t) => t.from === state)
}

export function isBookingState(value: string): value is BookingState {
  return (BOOKING_STATES as readonly string[]).includes(value)
}

/** The road that a booking without trouble takes from its hold until it is confirmed. */
export const ROAD_TO_CONFIRMED = [
  'held',
  'authorizing',
  'authorized',
  'confirmed',
] as const satisfies readonly BookingState[]

export type RoadState = (typeof ROAD_TO_CONFIRMED)[number]

/**
 * The moves that bring a booking from `from` forward to `to`, empty when it is there already, is past it, or is not on
 * the road. Messages of different topics have no order, so a later fact may arrive first: it carries the booking over
 * the states between, and the earlier fact then changes nothing. Only the hold itself brings a booking onto the road.
 */
export function stepsForward(from: BookingState, to: RoadState | 'in-review'): readonly BookingState[] {
  if (to === 'in-review') return from === 'held' ? ['in-review'] : []
  // A review stands beside the road: it comes back to it where the slot was held.
  const here = ROAD_TO_CONFIRMED.indexOf((from === 'in-review' ? 'held' : from) as RoadState)
  const there = ROAD_TO_CONFIRMED.indexOf(to)
  return here === -1 ? [] : ROAD_TO_CONFIRMED.slice(here + 1, there + 1)
}

/** The states from which {@link stepsForward} leads to `to`: what an UPDATE may be guarded by. */
export function statesBefore(to: RoadState | 'in-review'): BookingState[] {
  return BOOKING_STATES.filter((state) => stepsForward(state, to).length > 0)
}
