import { type Contract, type KitchenRegisteredV1Data, KitchenRegisteredV1 } from '@prep/contracts'
import { type EnvelopeBody, httpMigrations } from '@prep/http'
import { type Envelope, messagingMigrations } from '@prep/messaging'
import { runService, type RunningService } from '@prep/service'
import { deliver, envelopeOf, type MessageFields, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { slotAt } from './booking.fixture.ts'
import { BookingModule } from './booking.module.ts'
import { type BookingResource } from './features/booking-resource.ts'
import { bookingMigrations } from './persistence/migrations.ts'

/** One fresh database, and as many processes of the service on it as a test wants. No sidecar: messages stay in the outbox. */
export class BookingServices {
  readonly #database: TestDatabase
  readonly #running: RunningService[] = []

  private constructor(database: TestDatabase) {
    this.#database = database
  }

  static async onFreshDatabase(): Promise<BookingServices> {
    return new BookingServices(await testDatabase([...messagingMigrations, ...httpMigrations, ...bookingMigrations]))
  }

  async start(): Promise<BookingClient> {
    Object.assign(process.env, {
      DATABASE_URL: this.#database.url,
      HOST: '127.0.0.1',
      PORT: '0',
      // Nothing listens there.
      DAPR_HTTP_PORT: '9',
      LOG_LEVEL: 'silent',
      BOOKING_STREAM_POLL_MS: '20',
      BOOKING_STREAM_HEARTBEAT_MS: '60',
    })
    const service = await runService({ name: 'booking', module: BookingModule })
    this.#running.push(service)
    return new BookingClient(service)
  }

  query<R = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<R[]> {
    return this.#database.query<R>(sql, params)
  }

  /** What waits in the outbox about a booking, oldest first. */
  async published(bookingId: string): Promise<Envelope<Record<string, unknown>>[]> {
    const rows = await this.query<{ payload: string }>('SELECT payload FROM outbox WHERE key = $1 ORDER BY id', [
      bookingId,
    ])
    return rows.map((row) => JSON.parse(row.payload) as Envelope<Record<string, unknown>>)
  }

  async stop(): Promise<void> {
    // Nobody takes them here, and a process that stops gives its outbox some seconds to empty.
    await this.query('DELETE FROM outbox')
    await Promise.all(this.#running.map((service) => service.stop()))
    await this.#database.drop()
  }
}

export type Answered<T> = { status: number; headers: Headers } & EnvelopeBody<T>

/** What clients and the sidecar do with one process of the service. */
export class BookingClient {
  readonly service: RunningService

  constructor(service: RunningService) {
    this.service = service
  }

  async call<T>(path: string, init?: RequestInit): Promise<Answered<T>> {
    const answer = await fetch(`${this.service.url}/api/v1/bookings${path}`, init)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, ...(JSON.parse(text || '{}') as EnvelopeBody<T>) }
  }

  post(
    body: unknown,
    key: string = uuidv7(),
    headers: Record<string, string> = {},
  ): Promise<Answered<BookingResource>> {
    return this.call('', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  async request(body: unknown): Promise<BookingResource> {
    const answer = await this.post(body)
    if (answer.status !== 202 || answer.data === null) throw new Error(`refused: ${JSON.stringify(answer.error)}`)
    return answer.data
  }

  /** Delivers one message as the sidecar does; fails unless it was taken. */
  async hear<T>(contract: Contract<T>, data: T, fields?: MessageFields): Promise<Envelope<T>> {
    const envelope = envelopeOf(contract, data, fields)
    await this.hearAll([envelope])
    return envelope
  }

  async hearAll(envelopes: Envelope[]): Promise<void> {
    const statuses = await deliver(this.service.app, envelopes)
    if (statuses.some((status) => status !== 'SUCCESS')) throw new Error(`not taken: ${statuses.join(', ')}`)
  }

  /** Tells the service of a kitchen, as listing does. */
  async knowsKitchen(changes: Partial<KitchenRegisteredV1Data> = {}): Promise<string> {
    const kitchenId = uuidv7()
    await this.hear(KitchenRegisteredV1, sampleOf(KitchenRegisteredV1, { kitchenId, version: 1, ...changes }))
    return kitchenId
  }
}

/** A body that is accepted when the kitchen is known. */
export function aRequest(kitchenId: string, [from, to]: readonly [number, number] = [0, 2]) {
  const slot = slotAt(from, to)
  return {
    kitchen_id: kitchenId,
    starts_at: slot.startsAt.toISOString(),
    ends_at: slot.endsAt.toISOString(),
    attendees: 3,
    payment_method: 'pm_card_visa',
    customer: { name: 'Ana Example', email: 'ana@example.org' },
  }
}
