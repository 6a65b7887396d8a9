import { Body, Controller, Inject, Post } from '@nestjs/common'
import { type Answer, IdempotencyKey, JsonBody } from '@prep/http'
import { type BookingResource } from '../booking-resource.ts'
import { type RequestBookingBody, requestBookingSchema } from './request-booking.body.ts'
import { RequestBooking } from './request-booking.ts'

@Controller('api/v1/bookings')
export class RequestBookingRoute {
  readonly #requestBooking: RequestBooking

  constructor(@Inject(RequestBooking) requestBooking: RequestBooking) {
    this.#requestBooking = requestBooking
  }

  @Post()
  request(
    @IdempotencyKey() key: string,
    @Body(JsonBody(requestBookingSchema)) body: RequestBookingBody,
  ): Promise<Answer<BookingResource>> {
    return this.#requestBooking.run(key, body)
  }
}
