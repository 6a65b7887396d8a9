import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { drawAnswer } from './draw.ts'
import type { Fault, Faults } from './faults.ts'
import { type Form, parseForm } from './form.ts'
import { IdempotencyKeys, keyedRequest, type KeyedRequest } from './idempotency.ts'
import { newId } from './ids.ts'
import { nowSeconds, type Outcome } from './payment-intents.ts'
import type { Answer } from './records.ts'
import { StripeRefusal } from './refusal.ts'
import { routeOf, type Route } from './routes.ts'
import type { Store } from './store.ts'

export interface CallRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The answer to send, or `cut` for a connection that a fault breaks off. */
export type CallReply = { readonly status: number; readonly headers: Record<string, string>; readonly body: string } | 'cut'

type Change = (store: Store, form: Form) => Outcome
/** Waits between the check of the key and the work: a second request with the key finds the first one running. */
type Pause = () => Promise<void>
const NO_PAUSE: Pause = () => Promise.resolve()

const KEY_FORMAT = /^Bearer [sr]k_test_[A-Za-z0-9_]+$/

/** Runs one call of Stripe's API: authentication, faults, idempotency, the work itself. */
export class Calls {
  readonly #store: Store
  readonly #faults: Faults
  readonly #keys: IdempotencyKeys
  readonly #searchLagMs: number

  constructor(store: Store, faults: Faults, searchLagMs: number) {
    this.#store = store
    this.#faults = faults
    this.#keys = new IdempotencyKeys(store)
    this.#searchLagMs = searchLagMs
  }

  async run(request: CallRequest): Promise<CallReply> {
    const requestId = newId('req')
    try {
      authenticate(request.headers.authorization)
      const route = routeOf(request.method, request.path)
      if (route === null) throw unknownUrl(request)
      return await this.#withFault(route.operation, pause => this.#dispatch(route, request, requestId, pause))
    } catch (error) {
      if (error instanceof StripeRefusal) return reply(error.answer, requestId, request)
      throw error
    }
  }

  async #withFault(operation: string, work: (pause: Pause) => Promise<CallReply>): Promise<CallReply> {
    const fault = this.#faults.strike(operation)
    if (fault === null) return work(NO_PAUSE)
    if (fault.kind === 'drop') return 'cut'
    refuseFor(fault)
    const answer = await work(fault.kind === 'delay' ? () => wait(fault.ms ?? 1000) : NO_PAUSE)
    if (fault.kind === 'delay-answer') await wait(fault.ms ?? 1000)
    return fault.kind === 'lose-answer' ? 'cut' : answer
  }

  async #dispatch(route: Route, request: CallRequest, requestId: string, pause: Pause): Promise<CallReply> {
    if ('change' in route) return this.#change(route.change, request, requestId, pause)
    await pause()
    const read = route.read(this.#store, parseForm(request.query), this.#searchLagMs)
    if ('drawn' in read) return { status: 200, headers: headersOf(requestId, request), body: JSON.stringify(read.drawn, null, 2) }
    return reply(read, requestId, request)
  }

  async #change(work: Change, request: CallRequest, requestId: string, pause: Pause): Promise<CallReply> {
    const header = request.headers['idempotency-key']
    const keyed = typeof header === 'string' ? keyedRequest(header, request.path, request.body) : null
    const stored = keyed === null ? null : this.#keys.begin(keyed, nowSeconds())
    if (stored !== null) {
      const again = reply(stored.answer, stored.requestId, request)
      return { ...again, headers: { ...again.headers, 'request-id': requestId, 'idempotent-replayed': 'true', 'original-request': stored.requestId } }
    }
    try {
      await pause()
      return reply(this.#carryOut(work, keyed, request.body, requestId), requestId, request)
    } finally {
      if (keyed !== null) this.#keys.end(keyed)
    }
  }

  #carryOut(work: Change, keyed: KeyedRequest | null, body: string, requestId: string): Answer {
    let outcome: Outcome
    try {
      outcome = work(this.#store, parseForm(body))
    } catch (error) {
      if (!(error instanceof StripeRefusal) || !error.executed) throw error
      outcome = { answer: error.answer, change: {} }
    }
    const key = keyed === null ? undefined : { ...keyed, requestId, answer: outcome.answer, created: nowSeconds() }
    this.#store.commit(key === undefined ? outcome.change : { ...outcome.change, key })
    return outcome.answer
  }
}

function authenticate(header: string | undefined): void {
  if (header === undefined) {
    throw StripeRefusal.invalidRequest({ message: 'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. \'Authorization: Bearer YOUR_SECRET_KEY\').' }, 401)
  }
  if (!KEY_FORMAT.test(header)) {
    throw StripeRefusal.invalidRequest({ message: 'Invalid API Key provided: the sandbox takes test keys (sk_test_...) only.' }, 401)
  }
}

function unknownUrl(request: CallRequest): StripeRefusal {
  return StripeRefusal.invalidRequest({ message: `Unrecognized request URL (${request.method}: ${request.path}). The sandbox speaks payment intents and refunds only.` }, 404)
}

function refuseFor(fault: Fault): void {
  if (fault.kind === 'server-error') throw new StripeRefusal(500, { type: 'api_error', message: 'An unknown error occurred (asked for by a fault).' })
  if (fault.kind === 'rate-limit') throw StripeRefusal.invalidRequest({ code: 'rate_limit', message: 'Too many requests (asked for by a fault).' }, 429)
}

function reply(answer: Answer, requestId: string, request: CallRequest): Exclude<CallReply, 'cut'> {
  return { status: answer.status, headers: headersOf(requestId, request), body: JSON.stringify(drawAnswer(answer, requestId), null, 2) }
}

function headersOf(requestId: string, request: CallRequest): Record<string, string> {
  const key = request.headers['idempotency-key']
  const version = request.headers['stripe-version']
  return {
    'content-type': 'application/json',
    'request-id': requestId,
    ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
    ...(typeof version === 'string' ? { 'stripe-version': version } : {}),
  }
}
