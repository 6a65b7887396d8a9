import { describe, expect, it } from 'vitest'
import {
  BOOKING_STATES,
  ROAD_TO_CONFIRMED,
  TRANSITIONS,
  isFinal,
  mayMove,
  statesBefore,
  stepsForward,
} from './booking-state.ts'
import type { BookingState } from './booking-state.ts'

// Written out a second time on purpose: a change of the table has to be meant twice.
const ALLOWED: Record<BookingState, BookingState[]> = {
  requested: ['held', 'rejected', 'cancelled'],
  held: ['in-review', 'authorizing', 'rejected', 'cancelled'],
  'in-review': ['authorizing', 'rejected', 'cancelled'],
  authorizing: ['authorized', 'rejected', 'cancelled'],
  authorized: ['confirmed', 'rejected', 'cancelled'],
  confirmed: ['in-use', 'rejected', 'cancelled', 'no-show'],
  'in-use': ['completed'],
  completed: ['refunded'],
  rejected: [],
  cancelled: ['refunded'],
  'no-show': ['refunded'],
  refunded: [],
}

const everyPair = BOOKING_STATES.flatMap((from) => BOOKING_STATES.map((to) => ({ from, to })))

describe('the table of transitions', () => {
  it('has twelve states and names no move twice', () => {
    expect(BOOKING_STATES).toHaveLength(12)
    expect(new Set(TRANSITIONS.map((t) => `${t.from}>${t.to}`)).size).toBe(TRANSITIONS.length)
  })

  it.each(everyPair)('$from to $to', ({ from, to }) => {
    expect(mayMove(from, to)).toBe(ALLOWED[from].includes(to))
  })

  it('reaches every state from requested', () => {
    const reached = new Set<BookingState>(['requested'])
    for (const state of reached) ALLOWED[state].forEach((next) => reached.add(next))
    expect([...reached].sort()).toEqual([...BOOKING_STATES].sort())
  })

  it('ends in rejected and refunded only', () => {
    expect(BOOKING_STATES.filter(isFinal)).toEqual(['rejected', 'refunded'])
  })
})

describe('going forward', () => {
  it.each(everyPair)('from $from towards $to uses allowed moves only', ({ from, to }) => {
    if (to !== 'in-review' && !(ROAD_TO_CONFIRMED as readonly string[]).includes(to)) return
    let here: BookingState = from
    for (const next of stepsForward(from, to as 'in-review')) {
      expect(mayMove(here, next)).toBe(true)
      here = next
    }
    if (here !== from) expect(here).toBe(to)
  })

  it('carries a later fact over the states between', () => {
    expect(stepsForward('held', 'authorized')).toEqual(['authorizing', 'authorized'])
    expect(stepsForward('in-review', 'confirmed')).toEqual(['authorizing', 'authorized', 'confirmed'])
  })

  it('never goes back, never revives, and never starts without a hold', () => {
    expect(stepsForward('authorized', 'authorizing')).toEqual([])
    expect(stepsForward('authorizing', 'in-review')).toEqual([])
    for (const gone of ['requested', 'rejected', 'cancelled', 'refunded', 'no-show', 'completed', 'in-use'] as const) {
      expect(stepsForward(gone, 'confirmed')).toEqual([])
    }
  })

  it('says from where an update may start', () => {
    expect(statesBefore('authorizing')).toEqual(['held', 'in-review'])
    expect(statesBefore('authorized')).toEqual(['held', 'in-review', 'authorizing'])
    expect(statesBefore('in-review')).toEqual(['held'])
  })
})
