import { mayMove, stepsForward } from './booking-state.ts'
import type { BookingState, RoadState } from './booking-state.ts'
import { BookingError } from './errors.ts'
import { priceOf } from './price.ts'
import type { Money, Rate } from './price.ts'
import type { Slot } from './slot.ts'

export interface Customer {
  readonly name: string
  readonly email: string
}

/** What a booking remembers of its kitchen, as it was when the booking was requested. */
export interface BookedKitchen {
  readonly id: string
  readonly name: string
  /** IANA time zone, for display. */
  readonly timeZone: string
}

export interface Reason {
  readonly code: string
  readonly detail: string
}

export interface BookingFacts {
  readonly id: string
  readonly kitchen: BookedKitchen
  readonly slot: Slot
  readonly attendees: number
  readonly price: Money
  readonly paymentMethod: string
  readonly customer: Customer
  readonly requestedAt: Date
}

export interface BookingRequest {
  readonly id: string
  readonly kitchen: BookedKitchen & Rate
  readonly slot: Slot
  readonly attendees: number
  readonly paymentMethod: string
  readonly customer: Customer
  readonly now: Date
}

/**
 * One booking. Its `version` counts the facts recorded about it, from 1; it is the `sequence` of
 * the event that tells of the latest one.
 */
export class Booking {
  readonly facts: BookingFacts
  #state: BookingState
  #version: number
  #reason: Reason | null
  readonly #versionBefore: number

  private constructor(facts: BookingFacts, state: BookingState, version: number, reason: Reason | null) {
    this.facts = facts
    this.#state = state
    this.#version = version
    this.#versionBefore = version
    this.#reason = reason
  }

  /** @throws BookingError attendees_too_few, amount_too_large */
  static request(request: BookingRequest): Booking {
    const { id, kitchen, slot, attendees, paymentMethod, customer, now } = request
    if (!Number.isInteger(attendees) || attendees < 1) {
      throw new BookingError('attendees_too_few', 'a booking has at least one attendee', '/attendees')
    }
    const facts: BookingFacts = {
      id,
      kitchen: { id: kitchen.id, name: kitchen.name, timeZone: kitchen.timeZone },
      slot,
      attendees,
      price: priceOf(slot, kitchen),
      paymentMethod,
      customer,
      requestedAt: now,
    }
    return new Booking(facts, 'requested', 1, null)
  }

  /** A booking as it was stored. */
  static restore(facts: BookingFacts, state: BookingState, version: number, reason: Reason | null): Booking {
    return new Booking(facts, state, version, reason)
  }

  get id(): string {
    return this.facts.id
  }
  get state(): BookingState {
    return this.#state
  }
  get version(): number {
    return this.#version
  }
  /** Why it was rejected or cancelled. */
  get reason(): Reason | null {
    return this.#reason
  }

  /** Whether anything was recorded since it was made or restored. */
  get changed(): boolean {
    return this.#version !== this.#versionBefore
  }

  /** The slot is held for it. @throws BookingError transition_forbidden unless it was only requested */
  hold(): void {
    this.#move('held')
    this.#version += 1
  }

  /** Forward to `confirmed` from wherever on the road it stands; false when it is not on it. */
  confirm(): boolean {
    return this.#advance('confirmed')
  }

  /** @throws BookingError transition_forbidden once it is in use, over, or cancelled */
  reject(reason: Reason): void {
    this.#move('rejected')
    this.#reason = reason
    this.#version += 1
  }

  /** A fact that is told about it without moving it: a slot that was taken, a hold that was released. */
  note(): void {
    this.#version += 1
  }

  #advance(to: RoadState | 'in-review'): boolean {
    const steps = stepsForward(this.#state, to)
    for (const step of steps) this.#move(step)
    if (steps.length > 0) this.#version += 1
    return steps.length > 0
  }

  #move(to: BookingState): void {
    if (!mayMove(this.#state, to)) {
      throw new BookingError('transition_forbidden', `booking ${this.id} is ${this.#state} and cannot become ${to}`)
    }
    this.#state = to
  }
}
