import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startStripeSandbox, type StripeSandbox } from './server.ts'

let sandbox: StripeSandbox
let stripe: Stripe

const clientOf = (of: StripeSandbox, key = 'sk_test_sandbox') =>
  new Stripe(key, { host: '127.0.0.1', port: of.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
const hold = (over: Partial<Stripe.PaymentIntentCreateParams> = {}): Stripe.PaymentIntentCreateParams => ({
  amount: 12_000, currency: 'usd', payment_method: 'pm_card_visa', capture_method: 'manual', confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' }, metadata: { booking_id: 'b-1' }, ...over,
})
const failureOf = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await call.then(() => null, (cause: unknown) => cause)
  expect(error).toBeInstanceOf(Stripe.errors.StripeError)
  return error as Stripe.errors.StripeError
}

beforeEach(async () => {
  sandbox = await startStripeSandbox()
  stripe = clientOf(sandbox)
})
afterEach(() => sandbox.close())

describe('the life of a payment intent', () => {
  it('is authorized, then captured in full', async () => {
    const intent = await stripe.paymentIntents.create(hold({ expand: ['latest_charge'] }))
    expect(intent).toMatchObject({ object: 'payment_intent', status: 'requires_capture', amount: 12_000, amount_capturable: 12_000, amount_received: 0 })
    const charge = intent.latest_charge as Stripe.Charge
    expect(charge).toMatchObject({ object: 'charge', captured: false, paid: true, payment_intent: intent.id })
    expect(charge.payment_method_details?.card?.capture_before).toBe(intent.created + 7 * 86_400)
    expect(intent.lastResponse.requestId).toMatch(/^req_/)
    const taken = await stripe.paymentIntents.capture(intent.id)
    expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 12_000, latest_charge: charge.id })
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' })
  })

  it('is created first and confirmed later', async () => {
    const created = await stripe.paymentIntents.create(hold({ confirm: false }))
    expect(created.status).toBe('requires_confirmation')
    expect((await stripe.paymentIntents.confirm(created.id)).status).toBe('requires_capture')
    const bare = await stripe.paymentIntents.create({ amount: 100, currency: 'eur' })
    expect(bare.status).toBe('requires_payment_method')
    expect((await stripe.paymentIntents.confirm(bare.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded')
  })

  it('is captured in part, and the rest is released', async () => {
    const { id } = await stripe.paymentIntents.create(hold())
    expect(await failureOf(stripe.paymentIntents.capture(id, { amount_to_capture: 12_001 }))).toMatchObject({ code: 'amount_too_large', statusCode: 400 })
    expect(await stripe.paymentIntents.capture(id, { amount_to_capture: 5_000 })).toMatchObject({ amount_received: 5_000, amount_capturable: 0 })
    const again = await failureOf(stripe.paymentIntents.capture(id))
    expect(again).toMatchObject({ code: 'payment_intent_unexpected_state', statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(again.payment_intent).toMatchObject({ id, status: 'succeeded' })
  })

  it('is cancelled once, and cannot be captured then', async () => {
    const { id } = await stripe.paymentIntents.create(hold())
    expect(await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })).toMatchObject({ status: 'canceled', amount_capturable: 0, cancellation_reason: 'abandoned' })
    for (const call of [stripe.paymentIntents.cancel(id), stripe.paymentIntents.capture(id), stripe.paymentIntents.confirm(id)]) {
      const refused = await failureOf(call)
      expect(refused).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { status: 'canceled' } })
    }
  })
})

describe('cards', () => {
  it.each([['pm_card_chargeDeclined', 'generic_decline'], ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds']])('%s is declined', async (card, declineCode) => {
    const declined = await failureOf(stripe.paymentIntents.create(hold({ payment_method: card })))
    expect(declined).toMatchObject({ type: 'StripeCardError', rawType: 'card_error', code: 'card_declined', decline_code: declineCode, statusCode: 402 })
    expect(declined.payment_intent).toMatchObject({ status: 'requires_payment_method', amount_capturable: 0, last_payment_error: { decline_code: declineCode } })
    expect(sandbox.ledger()).toMatchObject([{ authorizedMinor: 0, capturedMinor: 0, bookingId: 'b-1' }])
  })

  it('an unknown one is missing', async () => {
    const missing = await failureOf(stripe.paymentIntents.create(hold({ payment_method: 'pm_unknown' })))
    expect(missing).toMatchObject({ type: 'StripeInvalidRequestError', code: 'resource_missing', param: 'payment_method', statusCode: 400 })
    expect(sandbox.ledger()).toEqual([])
  })
})

describe('requests that cannot be carried out', () => {
  it('need a test key', async () => {
    expect((await fetch(`${sandbox.url}/v1/payment_intents`)).status).toBe(401)
    expect(await failureOf(clientOf(sandbox, 'sk_live_x').paymentIntents.list())).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 })
  })

  it.each([
    [{ amount: 0 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49 }, 'amount_too_small', 'amount'],
    [{ amount: 100_000_000 }, 'amount_too_large', 'amount'],
    [{ currency: 'dollars' }, undefined, 'currency'],
    [{ amonut: 1 } as object, 'parameter_unknown', 'amonut'],
  ])('%j is refused', async (over, code, param) => {
    expect(await failureOf(stripe.paymentIntents.create(hold(over)))).toMatchObject({ code, param, statusCode: 400 })
  })

  it('name what is unknown', async () => {
    expect(await failureOf(stripe.paymentIntents.retrieve('pi_unknown'))).toMatchObject({ code: 'resource_missing', statusCode: 404 })
    expect(await failureOf(stripe.customers.list())).toMatchObject({ statusCode: 404 })
  })
})

describe('idempotency keys', () => {
  it('answer the same request with the stored answer', async () => {
    const first = await stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-1' })
    await stripe.paymentIntents.cancel(first.id)
    const again = await stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-1' })
    expect(again).toEqual(first)
    expect(again.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId })
    expect(sandbox.ledger()).toHaveLength(1)
  })

  it('answer a declined card again, with the intent that was made then', async () => {
    const call = () => failureOf(stripe.paymentIntents.create(hold({ payment_method: 'pm_card_chargeDeclined' }), { idempotencyKey: 'k-2' }))
    const [first, again] = [await call(), await call()]
    expect(again).toMatchObject({ statusCode: 402, payment_intent: { id: first.payment_intent?.id } })
  })

  it('refuse another request', async () => {
    const { id } = await stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-3' })
    const other = await failureOf(stripe.paymentIntents.create(hold({ amount: 13_000 }), { idempotencyKey: 'k-3' }))
    expect(other).toMatchObject({ type: 'StripeIdempotencyError', rawType: 'idempotency_error', statusCode: 400 })
    expect(await failureOf(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k-3' }))).toMatchObject({ type: 'StripeIdempotencyError' })
  })

  it('are in use while the first request is running', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 150 }])
    const slow = stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-4' })
    await expect.poll(() => sandbox.callCount(/POST/)).toBe(1)
    expect(await failureOf(stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-4' }))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    const { id } = await slow
    expect((await stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-4' })).id).toBe(id)
  })

  it('keep nothing of a request with bad parameters', async () => {
    await failureOf(stripe.paymentIntents.create(hold({ payment_method: 'pm_unknown' }), { idempotencyKey: 'k-5' }))
    expect((await stripe.paymentIntents.create(hold(), { idempotencyKey: 'k-5' })).status).toBe('requires_capture')
  })
})

describe('refunds', () => {
  it('give back at most what was taken', async () => {
    const { id } = await stripe.paymentIntents.create(hold())
    expect(await failureOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ code: 'payment_intent_unexpected_state' })
    await stripe.paymentIntents.capture(id)
    const part = await stripe.refunds.create({ payment_intent: id, amount: 2_000, metadata: { refund_id: 'r-1' } })
    expect(part).toMatchObject({ object: 'refund', amount: 2_000, status: 'succeeded', payment_intent: id })
    expect(await failureOf(stripe.refunds.create({ payment_intent: id, amount: 10_001 }))).toMatchObject({ param: 'amount', statusCode: 400 })
    expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(10_000)
    expect(await failureOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ code: 'charge_already_refunded' })
    const listed = await stripe.refunds.list({ payment_intent: id })
    expect(listed.data.map(({ amount }) => amount)).toEqual([10_000, 2_000])
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ metadata: { refund_id: 'r-1' } })
    expect(sandbox.ledger()).toMatchObject([{ capturedMinor: 12_000, refundedMinor: 12_000 }])
  })
})

describe('finding intents', () => {
  it('searches by metadata and status', async () => {
    const { id } = await stripe.paymentIntents.create(hold({ metadata: { booking_id: 'b-7' } }))
    await stripe.paymentIntents.create(hold())
    const found = await stripe.paymentIntents.search({ query: 'metadata[\'booking_id\']:\'b-7\' AND status:\'requires_capture\'' })
    expect(found).toMatchObject({ object: 'search_result', has_more: false, data: [{ id }] })
    expect(await failureOf(stripe.paymentIntents.search({ query: 'what' }))).toMatchObject({ param: 'query', statusCode: 400 })
  })

  it('lists page by page, newest first', async () => {
    const made: string[] = []
    for (let n = 0; n < 5; n += 1) made.unshift((await stripe.paymentIntents.create(hold())).id)
    const seen: string[] = []
    for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) seen.push(id)
    expect(seen).toEqual(made)
    expect((await stripe.paymentIntents.list({ created: { gte: Math.floor(Date.now() / 1000) + 60 } })).data).toEqual([])
  })

  it('search can be as late as the real one', async () => {
    const late = await startStripeSandbox({ searchLagMs: 60_000 })
    try {
      const client = clientOf(late)
      const { id } = await client.paymentIntents.create(hold())
      expect((await client.paymentIntents.search({ query: 'metadata[\'booking_id\']:\'b-1\'' })).data).toEqual([])
      expect((await client.paymentIntents.list()).data).toMatchObject([{ id }])
    } finally {
      await late.close()
    }
  })
})

describe('state and faults', () => {
  it('remembers everything in its journal, also when the last line was cut short', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-'))
    const statePath = join(folder, 'state.jsonl')
    const first = await startStripeSandbox({ statePath })
    const intent = await clientOf(first).paymentIntents.create(hold(), { idempotencyKey: 'k-9' })
    await clientOf(first).paymentIntents.capture(intent.id)
    await clientOf(first).refunds.create({ payment_intent: intent.id, amount: 1_000 })
    await first.close()
    appendFileSync(statePath, '{"intent":{"id":"pi_cut')
    const second = await startStripeSandbox({ statePath })
    try {
      expect(second.ledger()).toMatchObject([{ intent: intent.id, capturedMinor: 12_000, refundedMinor: 1_000 }])
      expect((await clientOf(second).paymentIntents.create(hold(), { idempotencyKey: 'k-9' })).id).toBe(intent.id)
      expect((await clientOf(second).paymentIntents.create(hold())).id).not.toBe(intent.id)
    } finally {
      await second.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('can lose an answer after the work, or drop the request before it', async () => {
    const raw = () => fetch(`${sandbox.url}/v1/payment_intents`, {
      method: 'POST', headers: { authorization: 'Bearer sk_test_x' }, body: 'amount=500&currency=usd',
    })
    sandbox.setFaults([{ kind: 'lose-answer', operation: 'POST /v1/payment_intents' }, { kind: 'drop', operation: 'POST /v1/payment_intents' }])
    await expect(raw()).rejects.toThrow()
    expect(sandbox.ledger()).toHaveLength(1)
    await expect(raw()).rejects.toThrow()
    expect(sandbox.ledger()).toHaveLength(1)
    expect((await raw()).status).toBe(200)
  })

  it('takes faults and tells the ledger over HTTP', async () => {
    const faults = (body: unknown) => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(body) })
    expect((await faults([{ kind: 'server-error' }, { kind: 'rate-limit' }])).status).toBe(200)
    expect((await faults([{ kind: 'nonsense' }])).status).toBe(400)
    expect(await failureOf(stripe.paymentIntents.list())).toMatchObject({ statusCode: 500, rawType: 'api_error' })
    expect(await failureOf(stripe.paymentIntents.list())).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError' })
    await stripe.paymentIntents.create(hold())
    const ledger = await (await fetch(`${sandbox.url}/_sandbox/ledger`)).json() as unknown[]
    expect(ledger).toMatchObject([{ bookingId: 'b-1', authorizedMinor: 12_000 }])
    expect((await fetch(`${sandbox.url}/_sandbox/health`)).status).toBe(200)
  })

  it('forgets the oldest finished intents beyond its limit, never one that holds money', async () => {
    const small = await startStripeSandbox({ limits: { intents: 4, keys: 2 } })
    try {
      const client = clientOf(small)
      const held = await client.paymentIntents.create(hold())
      for (let n = 0; n < 8; n += 1) await client.paymentIntents.cancel((await client.paymentIntents.create(hold())).id)
      expect(small.ledger().length).toBeLessThanOrEqual(5)
      expect((await client.paymentIntents.retrieve(held.id)).status).toBe('requires_capture')
    } finally {
      await small.close()
    }
  })
})
