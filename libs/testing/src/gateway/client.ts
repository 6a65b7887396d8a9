import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { v7 } from 'uuid'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

/** What every JSON answer of Prep looks like. */
export interface ApiAnswer<T> {
  status: number
  headers: Headers
  data: T
  meta: { request_id: string, timestamp: string, pagination?: { next_cursor: string | null, limit: number } }
  error: ApiProblem | null
}

/** RFC 9457 problem details, as Prep fills them. */
export interface ApiProblem {
  type: string, title: string, status: number, detail: string, instance: string, code: string
  errors?: { pointer?: string, header?: string, code: string, detail: string }[]
}

export interface BookingResource {
  id: string, kitchen_id: string, status: string, amount_minor: number, currency: string
  starts_at: string, ends_at: string, version: number, reason: { code: string, detail: string } | null
}

/** One line of a booking's timeline. */
export interface ProgressItem {
  id: string, seq: number, type: string, source: string, saga_step: string | null, time: string, occurred_ms: number
}

export interface BookingRequest {
  kitchen_id: string, starts_at: string, ends_at: string, attendees: number, payment_method: string
  customer: { name: string, email: string }
}

export interface CallOptions { body?: unknown, headers?: Record<string, string>, rawBody?: string | Uint8Array, signal?: AbortSignal }

type Envelope<T> = Omit<ApiAnswer<T>, 'status' | 'headers'>

/** A client of Prep's public API, for tests, benchmarks and load. Answers are given back whatever their status. */
export class GatewayClient {
  readonly baseUrl: string
  readonly #agent = new Agent({ keepAlive: true })
  constructor(baseUrl: string) { this.baseUrl = baseUrl }

  /** Throws only when the gateway cannot be reached, or answers something that is not Prep's envelope. */
  async call<T = unknown>(method: string, path: string, { body, headers = {}, rawBody, signal }: CallOptions = {}): Promise<ApiAnswer<T>> {
    if (rawBody === undefined) return this.#callLightly(method, path, body, headers, signal)
    const answer = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: rawBody as string,
      signal: signal ?? AbortSignal.timeout(30_000),
    })
    return { status: answer.status, headers: answer.headers, ...JSON.parse(await answer.text()) as Envelope<T> }
  }

  /** Load is made on the cores that are measured, and a call through fetch costs three times as much. */
  async #callLightly<T>(method: string, path: string, body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<ApiAnswer<T>> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const ofBody = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, agent: this.#agent, headers: { ...ofBody, ...headers }, signal: signal ?? AbortSignal.timeout(30_000) }
      request(new URL(path, this.baseUrl), options, resolve).on('error', reject).end(payload)
    })
    const known = Object.entries(answer.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return { status: answer.statusCode ?? 0, headers: new Headers(known), ...JSON.parse(await text(answer)) as Envelope<T> }
  }

  registerKitchen(changes: Record<string, unknown> = {}): Promise<ApiAnswer<{ id: string }>> {
    return this.call('POST', '/api/v1/kitchens', { body: { ...aKitchen(), ...changes } })
  }

  /** `key` is the Idempotency-Key; a fresh one unless given. */
  requestBooking(request: BookingRequest, key: string = v7(), headers: Record<string, string> = {}): Promise<ApiAnswer<BookingResource>> {
    return this.call('POST', '/api/v1/bookings', { body: request, headers: { 'idempotency-key': key, ...headers } })
  }

  booking(id: string): Promise<ApiAnswer<BookingResource>> {
    return this.call('GET', `/api/v1/bookings/${id}`)
  }

  /** The booking's timeline so far. */
  async progress(id: string): Promise<ProgressItem[]> {
    const answer = await this.call<ProgressItem[]>('GET', `/api/v1/bookings/${id}/events?follow=false`, { headers: { accept: 'application/json' } })
    return answer.data
  }

  /** The booking's timeline as it happens, from after `lastEventId`; ends when the saga has ended, or by the signal. */
  async *stream(id: string, { lastEventId, signal }: { lastEventId?: string, signal?: AbortSignal } = {}): AsyncGenerator<ServerSentEvent> {
    const answer = await fetch(new URL(`/api/v1/bookings/${id}/events`, this.baseUrl), {
      headers: { accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      signal: signal ?? AbortSignal.timeout(120_000),
    })
    if (!answer.ok || !answer.body) throw new Error(`The stream of booking ${id} was refused with ${answer.status}: ${await answer.text()}`)
    yield* readServerSentEvents(answer.body)
  }
}

/** A kitchen that passes every compliance rule for the next two years. */
export function aKitchen(): Record<string, unknown> {
  const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const valid = { valid_from: day(-30), valid_until: day(1_500) }
  return {
    name: 'Harbour Street Kitchen',
    time_zone: 'Europe/Amsterdam',
    hourly_rate_minor: 4_500,
    currency: 'EUR',
    capacity: 12,
    licence: { number: 'NL-2026-0042', ...valid },
    insurance: { policy_number: 'POL-77', ...valid },
  }
}
