import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** An answer that was not the one hoped for. */
export class GatewayError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.name = 'GatewayError'
    this.code = code
    this.status = status
  }
}

interface Envelope<T> {
  readonly data: T | null
  readonly error: { readonly code?: string; readonly title?: string; readonly detail?: string } | null
}

/** The booking resource of the API; money in minor units. */
export interface Booking {
  readonly id: string
  readonly kitchen_name: string
  readonly starts_at: string
  readonly ends_at: string
  readonly time_zone: string
  readonly status: string
  readonly amount_minor: number
  readonly currency: string
  readonly reason: { readonly code: string; readonly detail: string } | null
}

/** What a client app would do, over HTTP and nothing else. */
export class GatewayClient {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  get<T>(path: string): Promise<T> {
    return this.#send<T>(path, {})
  }

  post<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    return this.#send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** A kitchen registered a moment ago reaches the booking service as an event: until then it answers 422. */
  async postOnceKnown<T>(path: string, body: unknown, timeoutMs = 15_000): Promise<{ data: T; sentAt: number }> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const sentAt = Date.now()
      try {
        return { data: await this.post<T>(path, body), sentAt }
      } catch (error) {
        const unknown = error instanceof GatewayError && error.status === 422 && /kitchen.?unknown|unknown.?kitchen/i.test(error.code)
        if (!unknown || Date.now() > deadline) throw error
        await delay(20)
      }
    }
  }

  async #send<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#reach(path, init)
    const { data, error } = (await response.json()) as Envelope<T>
    if (response.ok && data !== null) return data
    const code = error?.code ?? `HTTP_${response.status}`
    throw new GatewayError(code, response.status, `${init.method ?? 'GET'} ${path} answered ${response.status} (${code}): ${error?.detail ?? error?.title ?? ''}`)
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), { ...init, signal: AbortSignal.timeout(20_000) })
    } catch (cause) {
      const why = (cause as Error & { cause?: Error }).cause?.message ?? (cause as Error).message
      const message = `${this.url} does not answer (${why}). Is Prep up? See ./prep status`
      throw Object.assign(new GatewayError('CLI_GATEWAY_UNREACHABLE', 0, message), { cause })
    }
  }
}
