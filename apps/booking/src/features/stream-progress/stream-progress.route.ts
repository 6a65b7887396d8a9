import { Readable } from 'node:stream'
import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common'
import { type EnvelopeBody, envelopeOf, JsonQuery, ResourceId, resourceUnknown, WithoutEnvelope } from '@prep/http'
import { Database } from '@prep/persistence'
import { type FastifyReply, type FastifyRequest } from 'fastify'
import { type BookingRow } from '../../persistence/booking-row.ts'
import { Bookings } from '../../persistence/bookings.ts'
import { ProgressLog } from '../../persistence/progress-log.ts'
import { type StreamProgressQuery, streamProgressSchema } from './stream-progress.query.ts'
import { progressItem } from './progress-item.ts'
import { StreamProgress } from './stream-progress.ts'

@Controller('api/v1/bookings')
@WithoutEnvelope()
export class StreamProgressRoute {
  readonly #database: Database
  readonly #bookings: Bookings
  readonly #log: ProgressLog
  readonly #stream: StreamProgress

  constructor(
    @Inject(Database) database: Database,
    @Inject(Bookings) bookings: Bookings,
    @Inject(ProgressLog) log: ProgressLog,
    @Inject(StreamProgress) stream: StreamProgress,
  ) {
    this.#database = database
    this.#bookings = bookings
    this.#log = log
    this.#stream = stream
  }

  /**
   * Server-sent events from `Last-Event-ID` on, until the booking's process has ended; 204 when the client has seen
   * that end, which tells an EventSource not to come back. A list in the envelope with `?follow=false` or for a client
   * that accepts JSON but no event stream.
   * @throws ProblemError HTTP_RESOURCE_UNKNOWN, HTTP_INVALID_QUERY
   */
  @Get(':id/events')
  async progress(
    @Param('id', ResourceId('booking')) id: string,
    @Query(JsonQuery(streamProgressSchema)) query: StreamProgressQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable | EnvelopeBody | undefined> {
    const booking = await this.#bookings.find(this.#database, id)
    if (booking === undefined) throw resourceUnknown('booking', id)
    const seen = seqFrom(lastEventId)
    if (!query.follow || wantsJson(accept)) return this.#list(booking, seen, request.id)
    const chunks = await this.#stream.after(booking, seen)
    if (chunks === undefined) {
      void reply.status(204)
      return undefined
    }
    void reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Nothing follows on this connection; kept alive it would hold up a process that stops.
      connection: 'close',
      // Proxies that buffer would hold the events back.
      'x-accel-buffering': 'no',
    })
    return Readable.from(chunks, { objectMode: false, highWaterMark: 1 })
  }

  async #list(booking: BookingRow, seen: number, requestId: string): Promise<EnvelopeBody> {
    const entries = await this.#log.after(booking.id, seen)
    return envelopeOf(
      entries.map((entry) => progressItem(entry, booking.created_at)),
      requestId,
    )
  }
}

function wantsJson(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('application/json') && !accept.includes('text/event-stream')
}

/** What is no number of ours counts as: nothing seen yet. */
function seqFrom(lastEventId: string | undefined): number {
  return lastEventId !== undefined && /^\d{1,9}$/.test(lastEventId) ? Number(lastEventId) : 0
}
