import { Controller, Get, Inject, Param } from '@nestjs/common'
import { ResourceId, resourceUnknown } from '@prep/http'
import { Database } from '@prep/persistence'
import { Bookings } from '../../persistence/bookings.ts'
import { type BookingResource, bookingResource } from '../booking-resource.ts'

@Controller('api/v1/bookings')
export class GetBookingRoute {
  readonly #database: Database
  readonly #bookings: Bookings

  constructor(@Inject(Database) database: Database, @Inject(Bookings) bookings: Bookings) {
    this.#database = database
    this.#bookings = bookings
  }

  /** @throws ProblemError HTTP_RESOURCE_UNKNOWN */
  @Get(':id')
  async get(@Param('id', ResourceId('booking')) id: string): Promise<BookingResource> {
    const row = await this.#bookings.find(this.#database, id)
    if (row === undefined) throw resourceUnknown('booking', id)
    return bookingResource(row)
  }
}
