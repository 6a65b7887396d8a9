import { Inject, Injectable } from '@nestjs/common'
import { BookingRequestedV1, type BookingRequestedV1Data } from '@prep/contracts'
import { accepted, type Answer, IdempotencyStore, requestHash } from '@prep/http'
import { Outbox } from '@prep/messaging'
import { Database, type Tx } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { Booking } from '../../domain/booking.ts'
import { BookingError } from '../../domain/errors.ts'
import { requestSlot } from '../../domain/slot.ts'
import { Bookings } from '../../persistence/bookings.ts'
import { Kitchens } from '../../persistence/kitchens.ts'
import { problemOf } from '../booking-problem.ts'
import { type BookingResource, bookingResource } from '../booking-resource.ts'
import { type RequestBookingBody } from './request-booking.body.ts'

/** Takes a booking in: the booking, its event and the answer to the idempotency key commit together. */
@Injectable()
export class RequestBooking {
  readonly #database: Database
  readonly #idempotency: IdempotencyStore
  readonly #outbox: Outbox
  readonly #bookings: Bookings
  readonly #kitchens: Kitchens

  constructor(
    @Inject(Database) database: Database,
    @Inject(IdempotencyStore) idempotency: IdempotencyStore,
    @Inject(Outbox) outbox: Outbox,
    @Inject(Bookings) bookings: Bookings,
    @Inject(Kitchens) kitchens: Kitchens,
  ) {
    this.#database = database
    this.#idempotency = idempotency
    this.#outbox = outbox
    this.#bookings = bookings
    this.#kitchens = kitchens
  }

  /**
   * @returns 202 with the booking, or the stored answer of the same key and body
   * @throws ProblemError 422 kitchen_unknown, slot_... , amount_too_large; HTTP_IDEMPOTENCY_CONFLICT
   */
  async run(key: string, body: RequestBookingBody): Promise<Answer<BookingResource>> {
    const request = { key, scope: 'POST /api/v1/bookings', requestHash: requestHash(body) }
    try {
      return await this.#database.transaction((tx) => this.#idempotency.run(tx, request, () => this.#request(tx, body)))
    } catch (error) {
      throw problemOf(error)
    }
  }

  async #request(tx: Tx, body: RequestBookingBody): Promise<Answer<BookingResource>> {
    const now = new Date()
    const slot = requestSlot(body.starts_at, body.ends_at, now)
    const kitchen = await this.#kitchens.find(tx, body.kitchen_id)
    if (kitchen === undefined) {
      throw new BookingError('kitchen_unknown', `there is no kitchen ${body.kitchen_id}`, '/kitchen_id')
    }
    const { attendees, payment_method: paymentMethod, customer } = body
    const booking = Booking.request({ id: uuidv7(), kitchen, slot, attendees, paymentMethod, customer, now })
    const event = { data: bookingRequested(booking), subject: booking.id, sequence: booking.version }
    // One round trip; the row is written first.
    const [row] = await Promise.all([
      this.#bookings.insert(tx, booking),
      this.#outbox.publish(tx, BookingRequestedV1, event),
    ])
    return accepted(bookingResource(row), `/api/v1/bookings/${booking.id}`)
  }
}

function bookingRequested({ id, facts }: Booking): BookingRequestedV1Data {
  return {
    bookingId: id,
    kitchenId: facts.kitchen.id,
    startsAt: facts.slot.startsAt.toISOString(),
    endsAt: facts.slot.endsAt.toISOString(),
    attendees: facts.attendees,
    ...facts.price,
    paymentMethod: facts.paymentMethod,
    customer: facts.customer,
    requestedAt: facts.requestedAt.toISOString(),
  }
}
