import { Controller, Get, Inject, Query } from '@nestjs/common'
import { decodeCursor, JsonQuery, type Page, pageOf } from '@prep/http'
import { Database } from '@prep/persistence'
import { Bookings } from '../../persistence/bookings.ts'
import { type BookingResource, bookingResource } from '../booking-resource.ts'
import { type ListBookingsQuery, listBookingsSchema } from './list-bookings.query.ts'

@Controller('api/v1/bookings')
export class ListBookingsRoute {
  readonly #database: Database
  readonly #bookings: Bookings

  constructor(@Inject(Database) database: Database, @Inject(Bookings) bookings: Bookings) {
    this.#database = database
    this.#bookings = bookings
  }

  /** Newest first. @throws ProblemError HTTP_INVALID_QUERY, HTTP_INVALID_CURSOR */
  @Get()
  async list(@Query(JsonQuery(listBookingsSchema)) query: ListBookingsQuery): Promise<Page<BookingResource>> {
    const olderThan = decodeCursor(query.cursor, ['uuid'])?.[0] as string | undefined
    const { kitchen_id: kitchenId, status: state, limit } = query
    const rows = await this.#bookings.list(this.#database, { kitchenId, state, olderThan, limit: limit + 1 })
    return pageOf(rows, limit, (row) => [row.id], bookingResource)
  }
}
