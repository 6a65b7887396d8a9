import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PaymentRoom, paymentRoom, type Underway } from './payment-room.fixture.ts'

let room: PaymentRoom
let bookingId: string

const terms = (over = {}) => ({ bookingId, amountMinor: 12_000, currency: 'USD', paymentMethod: 'pm_card_visa', ...over })
const amount = (over = {}) => ({ bookingId, amountMinor: 12_000, currency: 'USD', ...over })
const undo = () => ({ bookingId, reason: 'The booking was rejected.' })
const refund = (over = {}) => ({ ...amount(over), reason: 'The kitchen flooded.' })
const done = async (work: Promise<Underway>) => (await work).commit()
const past = () => new Date(Date.now() - 1)
const stateOf = async () => (await room.database.query<{ state: string }>('SELECT state FROM payments WHERE booking_id = $1', [bookingId]))[0]?.state
const doubts = async () => {
  const sql = 'SELECT sum(in_doubt)::int AS doubts FROM payment_attempts JOIN payments USING (payment_id) WHERE booking_id = $1'
  return (await room.database.query<{ doubts: number }>(sql, [bookingId]))[0]?.doubts
}
const lastAnswer = async () => (await room.published(bookingId)).at(-1)

beforeAll(async () => {
  room = await paymentRoom(1_500)
})
afterAll(() => room.close())
beforeEach(async () => {
  bookingId = uuidv7()
  await room.startProvider()
  room.setFaults([])
})

describe('a booking that is paid', () => {
  it('is authorized, captured and refunded, each told once', async () => {
    await done(room.authorize(terms()))
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'requires_capture', authorizedMinor: 12_000, capturedMinor: 0 }])
    await done(room.capture(amount()))
    await done(room.refund(refund({ amountMinor: 5_000 })))
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'succeeded', capturedMinor: 12_000, refundedMinor: 5_000 }])
    const [authorized, captured, refunded] = await room.published(bookingId)
    expect(authorized).toMatchObject({ type: 'payment.authorized.v1', data: { amountMinor: 12_000, provider: 'stripe' } })
    expect(Date.parse(String(authorized?.data['authorizedUntil']))).toBeGreaterThan(Date.now() + 6 * 86_400_000)
    expect(captured).toMatchObject({ type: 'payment.captured.v1', data: { amountMinor: 12_000, paymentId: authorized?.data['paymentId'] } })
    expect(refunded).toMatchObject({ type: 'payment.refunded.v1', data: { amountMinor: 5_000 } })
  })

  it('asks nobody when it costs nothing', async () => {
    const before = room.calls(/./)
    await done(room.authorize(terms({ amountMinor: 0 })))
    await done(room.capture(amount({ amountMinor: 0 })))
    expect(room.calls(/./)).toBe(before)
    expect(await room.published(bookingId)).toMatchObject([{ type: 'payment.authorized.v1', data: { provider: 'none' } }, { type: 'payment.captured.v1' }])
  })
})

describe('a card that is declined', () => {
  it.each([
    ['pm_card_chargeDeclined', 'card_declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_nobody_knows', 'invalid_request'],
  ])('%s is told as %s, again when asked again, and can be voided', async (paymentMethod, reasonCode) => {
    await done(room.authorize(terms({ paymentMethod })))
    await done(room.authorize(terms({ paymentMethod })))
    await done(room.void(undo()))
    const answers = await room.published(bookingId)
    expect(answers[0]).toMatchObject({ type: 'payment.declined.v1', data: { reasonCode, outcomeKnown: true } })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toMatchObject({ type: 'payment.voided.v1', data: { hadAuthorization: false } })
    expect(room.ledger(bookingId).every(({ authorizedMinor }) => authorizedMinor === 0)).toBe(true)
  })
})

describe('a process that dies between the call and its commit', () => {
  it('authorizes once', async () => {
    await room.authorize(terms())
    await room.authorize(terms())
    await done(room.authorize(terms()))
    expect(room.ledger(bookingId)).toHaveLength(1)
    expect(await room.published(bookingId)).toMatchObject([{ type: 'payment.authorized.v1' }])
  })

  it('captures and refunds once', async () => {
    await done(room.authorize(terms()))
    await room.capture(amount())
    await done(room.capture(amount()))
    await room.refund(refund())
    await done(room.refund(refund()))
    expect(room.ledger(bookingId)).toMatchObject([{ capturedMinor: 12_000, refundedMinor: 12_000 }])
    expect((await room.published(bookingId)).map(({ type }) => type)).toEqual(['payment.authorized.v1', 'payment.captured.v1', 'payment.refunded.v1'])
  })
})

describe('an answer that is lost', () => {
  const transient = { name: 'TransientError', code: 'PAYMENT_PROVIDER_UNAVAILABLE' }

  it.each([['lose-answer', {}], ['delay-answer', { ms: 4_000 }], ['drop', {}], ['server-error', {}]] as const)('by %s leaves a doubt, which the same key settles', async (kind, more) => {
    room.setFaults([{ kind, ...more }])
    await expect(room.authorize(terms())).rejects.toMatchObject(transient)
    expect(await doubts()).toBe(1)
    await done(room.authorize(terms(), { attempt: 2 }))
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'requires_capture' }])
    expect(await lastAnswer()).toMatchObject({ type: 'payment.authorized.v1' })
  })

  it('of a capture and a refund does not take or give twice', async () => {
    await done(room.authorize(terms()))
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.capture(amount())).rejects.toMatchObject(transient)
    await done(room.capture(amount()))
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.refund(refund())).rejects.toMatchObject(transient)
    await done(room.refund(refund()))
    expect(room.ledger(bookingId)).toMatchObject([{ capturedMinor: 12_000, refundedMinor: 12_000 }])
  })

  it('of a refund is looked up once the key is forgotten', async () => {
    await done(room.authorize(terms()))
    await done(room.capture(amount()))
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.refund(refund({ amountMinor: 4_000 }))).rejects.toMatchObject(transient)
    await room.database.query('UPDATE payment_attempts SET created_at = created_at - interval \'25 hours\', provider_key = provider_key || \'-forgotten\'')
    await done(room.refund(refund({ amountMinor: 4_000 })))
    expect(room.ledger(bookingId)).toMatchObject([{ refundedMinor: 4_000 }])
    expect(await lastAnswer()).toMatchObject({ type: 'payment.refunded.v1' })
  })

  it('is settled after the deadline: what was reserved is given up', async () => {
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.authorize(terms())).rejects.toMatchObject(transient)
    await done(room.authorize(terms(), { deadline: past() }))
    expect(await lastAnswer()).toMatchObject({ type: 'payment.declined.v1', data: { reasonCode: 'deadline_passed', outcomeKnown: true } })
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'canceled', authorizedMinor: 0 }])
    await done(room.void(undo()))
    expect(await lastAnswer()).toMatchObject({ type: 'payment.voided.v1', data: { hadAuthorization: true } })
  })
})

describe('a provider that cannot be reached', () => {
  it('is asked again, and answers once it is back', async () => {
    await room.stopProvider()
    await expect(room.authorize(terms(), { attempt: 3 })).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 1_000 })
    expect(await doubts()).toBe(0)
    await room.startProvider()
    await done(room.authorize(terms(), { attempt: 4 }))
    expect(await lastAnswer()).toMatchObject({ type: 'payment.authorized.v1' })
  })

  it('until the deadline: declined for certain, and the void needs no provider', async () => {
    await room.stopProvider()
    const late = await room.authorize(terms(), { deadline: new Date(Date.now() + 3_000), attempt: 9 }).catch((error: unknown) => error)
    expect((late as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(3_005)
    await done(room.authorize(terms(), { deadline: past(), attempt: 10 }))
    await done(room.void(undo()))
    await room.startProvider()
    expect(await room.published(bookingId)).toMatchObject([
      { type: 'payment.declined.v1', data: { reasonCode: 'provider_unavailable', outcomeKnown: true } },
      { type: 'payment.voided.v1', data: { hadAuthorization: false } },
    ])
    await done(room.authorize(terms()))
    expect(room.ledger(bookingId)).toEqual([])
  })

  it('with a doubt at the deadline: declined with the outcome unknown, and the void settles it later', async () => {
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.authorize(terms())).rejects.toThrow()
    await room.stopProvider()
    await done(room.authorize(terms(), { deadline: past(), attempt: 5 }))
    expect(await lastAnswer()).toMatchObject({ data: { reasonCode: 'provider_unavailable', outcomeKnown: false } })
    await expect(room.void(undo())).rejects.toMatchObject({ name: 'TransientError' })
    await room.startProvider()
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'requires_capture' }])
    await done(room.void(undo()))
    expect(await lastAnswer()).toMatchObject({ type: 'payment.voided.v1', data: { hadAuthorization: true } })
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'canceled' }])
  })
})

describe('a void', () => {
  it('before its authorize leaves a tombstone', async () => {
    await done(room.void(undo()))
    await done(room.authorize(terms()))
    await done(room.void(undo()))
    expect(await room.published(bookingId)).toMatchObject([
      { type: 'payment.voided.v1', data: { paymentId: null, hadAuthorization: false } },
      { type: 'payment.declined.v1', data: { reasonCode: 'voided', outcomeKnown: true } },
      { type: 'payment.voided.v1', data: { paymentId: null, hadAuthorization: false } },
    ])
    expect(room.ledger(bookingId)).toEqual([])
  })

  it('after an authorize gives it up, once, and nothing is captured then', async () => {
    await done(room.authorize(terms()))
    await room.void(undo())
    await done(room.void(undo()))
    await done(room.void(undo()))
    await done(room.authorize(terms()))
    await done(room.capture(amount()))
    expect((await room.published(bookingId)).slice(1)).toMatchObject([
      { type: 'payment.voided.v1', data: { hadAuthorization: true } },
      { type: 'payment.voided.v1', data: { hadAuthorization: true } },
      { type: 'payment.declined.v1', data: { reasonCode: 'voided', outcomeKnown: true } },
      { type: 'payment.capture-failed.v1', data: { reasonCode: 'no_authorization' } },
    ])
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'canceled', capturedMinor: 0 }])
  })

  it('while an authorize is under way has the last word', async () => {
    const underway = await room.authorize(terms())
    await done(room.void(undo()))
    await underway.commit()
    expect(await room.published(bookingId)).toMatchObject([
      { type: 'payment.voided.v1', data: { hadAuthorization: true } },
      { type: 'payment.declined.v1', data: { reasonCode: 'voided', outcomeKnown: true } },
    ])
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'canceled', authorizedMinor: 0 }])
  })

  it('of an authorize that never arrived at the provider reserves nothing for longer than the void', async () => {
    room.setFaults([{ kind: 'drop' }])
    await expect(room.authorize(terms())).rejects.toThrow()
    await done(room.void(undo()))
    expect(await stateOf()).toBe('voided')
    expect(room.ledger(bookingId).map(({ status }) => status)).toEqual(['canceled'])
  })

  it('searches once the key is forgotten', async () => {
    room.setFaults([{ kind: 'lose-answer' }])
    await expect(room.authorize(terms())).rejects.toThrow()
    await room.database.query('UPDATE payment_attempts SET created_at = created_at - interval \'25 hours\'')
    const creates = room.calls(/POST \/v1\/payment_intents$/)
    await done(room.void(undo()))
    expect(room.calls(/POST \/v1\/payment_intents$/)).toBe(creates)
    expect(room.ledger(bookingId)).toMatchObject([{ status: 'canceled' }])
  })

  it('comes too late for a capture', async () => {
    await done(room.authorize(terms()))
    await done(room.capture(amount()))
    await expect(room.void(undo())).rejects.toMatchObject({ name: 'PermanentError', code: 'PAYMENT_NOT_VOIDABLE' })
  })
})

describe('commands that come twice, at once, late or wrong', () => {
  it('the same authorize and capture are answered again', async () => {
    for (let n = 0; n < 2; n += 1) await done(room.authorize(terms()))
    for (let n = 0; n < 2; n += 1) await done(room.capture(amount()))
    const [authorized, again, captured, capturedAgain] = await room.published(bookingId)
    expect(again).toEqual(authorized)
    expect(capturedAgain).toEqual(captured)
    expect(room.ledger(bookingId)).toMatchObject([{ capturedMinor: 12_000 }])
  })

  it('at once they make one payment', async () => {
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => done(room.authorize(terms()))))
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    expect(room.ledger(bookingId)).toHaveLength(1)
    await Promise.allSettled(Array.from({ length: 6 }, () => done(room.capture(amount()))))
    expect(room.ledger(bookingId)).toMatchObject([{ capturedMinor: 12_000 }])
    expect(await stateOf()).toBe('captured')
  })

  it('a first authorize after its deadline asks nobody', async () => {
    await done(room.authorize(terms(), { deadline: past() }))
    expect(await lastAnswer()).toMatchObject({ data: { reasonCode: 'deadline_passed', outcomeKnown: true } })
    expect(room.ledger(bookingId)).toEqual([])
  })

  it('other terms are a dead letter', async () => {
    await done(room.authorize(terms()))
    await expect(room.authorize(terms({ amountMinor: 1 }))).rejects.toMatchObject({ name: 'PermanentError', code: 'PAYMENT_COMMAND_CONFLICT' })
  })

  it('more than was authorized or taken is refused', async () => {
    await done(room.capture(amount()))
    await done(room.authorize(terms()))
    await done(room.capture(amount({ amountMinor: 12_001 })))
    await done(room.refund(refund()))
    await done(room.capture(amount()))
    await done(room.refund(refund({ amountMinor: 12_001 })))
    expect((await room.published(bookingId)).map(({ type, data }) => [type, data['reasonCode']])).toEqual([
      ['payment.capture-failed.v1', 'no_authorization'], ['payment.authorized.v1', undefined], ['payment.capture-failed.v1', 'amount_mismatch'],
      ['payment.refund-failed.v1', 'not_captured'], ['payment.captured.v1', undefined], ['payment.refund-failed.v1', 'amount_too_large'],
    ])
    expect(room.ledger(bookingId)).toMatchObject([{ capturedMinor: 12_000, refundedMinor: 0 }])
  })

  it('an authorization that the provider gave up cannot be captured', async () => {
    await done(room.authorize(terms()))
    await room.cancelAtProvider(bookingId)
    await done(room.capture(amount()))
    expect(await lastAnswer()).toMatchObject({ type: 'payment.capture-failed.v1', data: { reasonCode: 'authorization_expired' } })
    expect(await stateOf()).toBe('capture-failed')
  })
})
