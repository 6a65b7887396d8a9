import { Controller, Get, Inject, Query } from '@nestjs/common'
import { decodeCursor, JsonQuery, type Page, pageOf } from '@prep/http'
import { Database } from '@prep/persistence'
import { PaymentStore } from '../../persistence/payment-store.ts'
import { type ListPaymentsQuery, listPaymentsSchema } from './list-payments.query.ts'
import { type PaymentResource, paymentResource } from './payment-resource.ts'

/** For operators, on the service's own port: the gateway does not lead here. */
@Controller('api/v1/payments')
export class ListPaymentsRoute {
  readonly #database: Database
  readonly #payments: PaymentStore

  constructor(@Inject(Database) database: Database, @Inject(PaymentStore) payments: PaymentStore) {
    this.#database = database
    this.#payments = payments
  }

  /** Newest first. @throws ProblemError HTTP_INVALID_QUERY, HTTP_INVALID_CURSOR */
  @Get()
  async list(@Query(JsonQuery(listPaymentsSchema)) query: ListPaymentsQuery): Promise<Page<PaymentResource>> {
    const olderThan = decodeCursor(query.cursor, ['uuid'])?.[0] as string | undefined
    const { booking_id: bookingId, status: state, limit } = query
    const found = await this.#payments.list(this.#database, { bookingId, state, olderThan, limit: limit + 1 })
    return pageOf(found, limit, payment => [payment.paymentId], paymentResource)
  }
}
