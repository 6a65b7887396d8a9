import { v7 } from 'uuid'
import type { BookingRequest, GatewayClient } from './client.ts'

/** One booking that the load asked for. */
export interface LoadedBooking {
  /** Set once the gateway has accepted it. */
  id?: string
  request: BookingRequest
  key: string
  /** When it was due, in performance.now() milliseconds. */
  dueAt: number
  /** From when it was due to the 202, in milliseconds. */
  acceptedMs?: number
  /** How often the gateway could not be reached or answered 5xx before. */
  failures: number
  /** A 4xx other than 429: asked wrongly, never accepted. */
  refused?: string
}

export interface LoadOptions {
  client: GatewayClient
  /** Requests a second, sent when due whether or not the ones before were answered (open loop). */
  perSecond: number
  next: () => BookingRequest
  /** Milliseconds between two tries of a request that was not answered. Default 250. */
  retryMs?: number
}

/**
 * Bookings at a set rate. A request that fails is sent again with its idempotency key until it is answered, as a
 * client would, so that nothing is asked twice and nothing is left open.
 */
export class BookingLoad {
  readonly bookings: LoadedBooking[] = []
  readonly #options: LoadOptions
  readonly #open = new Set<Promise<void>>()
  readonly #giveUp = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #startedAt = 0

  constructor(options: LoadOptions) { this.#options = options }

  get accepted(): LoadedBooking[] { return this.bookings.filter(({ id }) => id !== undefined) }

  start(): this {
    this.#startedAt = performance.now()
    this.#timer = setInterval(() => this.#sendDue(), 5)
    return this
  }

  /** Asks for nothing new, and waits until everything asked for is answered; after `timeoutMs` the rest is given up. */
  async stop(timeoutMs = 60_000): Promise<void> {
    clearInterval(this.#timer)
    const late = setTimeout(() => this.#giveUp.abort(), timeoutMs)
    await Promise.all(this.#open)
    clearTimeout(late)
  }

  #sendDue(): void {
    const { perSecond, next } = this.#options
    const due = Math.floor((performance.now() - this.#startedAt) / 1000 * perSecond)
    while (this.bookings.length < due) {
      const dueAt = this.#startedAt + this.bookings.length / perSecond * 1000
      const booking: LoadedBooking = { request: next(), key: v7(), dueAt, failures: 0 }
      this.bookings.push(booking)
      const sending = this.#untilAnswered(booking).finally(() => this.#open.delete(sending))
      this.#open.add(sending)
    }
  }

  async #untilAnswered(booking: LoadedBooking): Promise<void> {
    while (!this.#giveUp.signal.aborted) {
      if (await this.#send(booking)) return
      booking.failures += 1
      await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs ?? 250))
    }
  }

  /** True when the booking was answered for good. */
  async #send(booking: LoadedBooking): Promise<boolean> {
    try {
      const { status, data, error } = await this.#options.client.requestBooking(booking.request, booking.key)
      if (status === 202) {
        booking.id = data.id
        booking.acceptedMs = performance.now() - booking.dueAt
      } else if (status >= 400 && status < 500 && status !== 429) {
        booking.refused = `${status} ${error?.code ?? ''} ${error?.detail ?? ''}`
      }
      return booking.id !== undefined || booking.refused !== undefined
    } catch {
      return false
    }
  }
}
