import { BOOKING_STATES, TRANSITIONS, isFinal } from './booking-state.ts'
import type { BookingState } from './booking-state.ts'

/** The table of transitions as a Mermaid state diagram. */
export function drawBookingStates(): string {
  return [
    'stateDiagram-v2',
    ...BOOKING_STATES.map((state) => `  state "${state}" as ${nodeOf(state)}`),
    `  [*] --> ${nodeOf('requested')}: booking requested`,
    ...TRANSITIONS.map((t) => `  ${nodeOf(t.from)} --> ${nodeOf(t.to)}: ${t.by}`),
    ...BOOKING_STATES.filter(isFinal).map((state) => `  ${nodeOf(state)} --> [*]`),
  ].join('\n')
}

// Mermaid reads a hyphen as the start of an arrow
function nodeOf(state: BookingState): string {
  return state.replaceAll('-', '_')
}
