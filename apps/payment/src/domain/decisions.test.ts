import { describe, expect, it } from 'vitest'
import { decideAuthorize } from './decide-authorize.ts'
import { decideCapture } from './decide-capture.ts'
import { decideRefund } from './decide-refund.ts'
import { decideVoid } from './decide-void.ts'
import { begin, type Payment, tombstone } from './payment.ts'
import { PAYMENT_STATES, type PaymentState } from './payment-state.ts'

const TERMS = { amountMinor: 12_000, currency: 'USD', paymentMethod: 'pm_card_visa' }
const NONE = { count: 0, inDoubt: 0 }
const inState = (state: PaymentState, over: Partial<Payment> = {}): Payment => ({ ...begin('p', 'b', TERMS, 'stripe'), state, ...over })

describe('an authorize command', () => {
  it('is sent when it is new or was tried before', () => {
    expect(decideAuthorize(null, TERMS, false, NONE)).toEqual({ kind: 'send' })
    expect(decideAuthorize(inState('authorizing'), TERMS, false, { count: 3, inDoubt: 1 })).toEqual({ kind: 'send' })
  })

  it('is declined when it comes too late and nothing can be reserved', () => {
    expect(decideAuthorize(null, TERMS, true, NONE)).toMatchObject({ kind: 'decline', reason: { code: 'deadline_passed' } })
    expect(decideAuthorize(inState('authorizing'), TERMS, true, NONE)).toMatchObject({ kind: 'decline', reason: { code: 'deadline_passed' } })
    expect(decideAuthorize(inState('authorizing'), TERMS, true, { count: 9, inDoubt: 0 }))
      .toMatchObject({ kind: 'decline', reason: { code: 'provider_unavailable' } })
  })

  it('is settled when it is late and something may be reserved', () => {
    expect(decideAuthorize(inState('authorizing'), TERMS, true, { count: 9, inDoubt: 1 })).toEqual({ kind: 'settle' })
  })

  it.each(PAYMENT_STATES.filter(state => state !== 'authorizing'))('is answered again when the payment is %s', state => {
    for (const isLate of [true, false]) expect(decideAuthorize(inState(state), TERMS, isLate, NONE)).toEqual({ kind: 'answer' })
  })

  it('is answered by a tombstone, and conflicts with other terms', () => {
    expect(decideAuthorize(tombstone('p', 'b'), TERMS, false, NONE)).toEqual({ kind: 'answer' })
    for (const other of [{ amountMinor: 1 }, { currency: 'EUR' }, { paymentMethod: 'pm_other' }]) {
      expect(() => decideAuthorize(inState('authorized'), { ...TERMS, ...other }, false, NONE)).toThrow('other terms')
    }
  })
})

describe('a void command', () => {
  it('is legal whatever is known of the authorization', () => {
    expect(decideVoid(null, 0)).toBe('tombstone')
    expect(decideVoid(inState('authorizing'), 0)).toBe('void-now')
    expect(decideVoid(inState('authorizing'), 1)).toBe('settle')
    expect(decideVoid(inState('authorized'), 0)).toBe('cancel')
    expect(decideVoid(inState('voiding'), 0)).toBe('settle')
    expect(decideVoid(inState('voiding', { providerReference: 'pi_1' }), 0)).toBe('cancel')
    expect(decideVoid(inState('declined'), 0)).toBe('answer')
    expect(decideVoid(inState('voided'), 0)).toBe('answer')
  })

  it.each(['capturing', 'captured', 'capture-failed', 'refunding', 'refunded', 'refund-failed'] as const)('is refused when the payment is %s', state => {
    expect(() => decideVoid(inState(state), 0)).toThrow('Refund it instead')
  })
})

describe('a capture command', () => {
  const wanted = { amountMinor: 12_000, currency: 'USD' }

  it('takes what is authorized, also after a failure', () => {
    expect(decideCapture(inState('authorized'), wanted)).toEqual({ kind: 'send' })
    expect(decideCapture(inState('capture-failed', { captureMinor: 12_000 }), wanted)).toEqual({ kind: 'send' })
    expect(decideCapture(inState('capturing', { captureMinor: 12_000 }), wanted)).toEqual({ kind: 'send' })
  })

  it.each(['captured', 'refunding', 'refunded', 'refund-failed'] as const)('is answered again when the payment is %s', state => {
    expect(decideCapture(inState(state, { captureMinor: 12_000 }), wanted)).toEqual({ kind: 'answer' })
  })

  it.each([
    ['authorized', { amountMinor: 12_001 }], ['authorized', { currency: 'EUR' }], ['authorized', { amountMinor: 0 }],
    ['capturing', { amountMinor: 11_000 }], ['captured', { amountMinor: 11_000 }],
  ] as const)('when %s never takes %j', (state, other) => {
    expect(decideCapture(inState(state, { captureMinor: 12_000 }), { ...wanted, ...other })).toMatchObject({ kind: 'refuse', reason: { code: 'amount_mismatch' } })
  })

  it('is refused when nothing is authorized', () => {
    for (const payment of [null, tombstone('p', 'b'), ...(['authorizing', 'declined', 'voiding', 'voided'] as const).map(state => inState(state))]) {
      expect(decideCapture(payment, wanted)).toMatchObject({ kind: 'refuse', reason: { code: 'no_authorization' } })
    }
  })
})

describe('a refund command', () => {
  const wanted = { amountMinor: 5_000, currency: 'USD' }
  const taken = { captureMinor: 12_000 }

  it('gives back what was taken, once', () => {
    expect(decideRefund(inState('captured', taken), wanted)).toEqual({ kind: 'send' })
    expect(decideRefund(inState('refund-failed', taken), wanted)).toEqual({ kind: 'send' })
    expect(decideRefund(inState('refunding', { ...taken, refundMinor: 5_000 }), wanted)).toEqual({ kind: 'send' })
    expect(decideRefund(inState('refunded', { ...taken, refundMinor: 5_000 }), wanted)).toEqual({ kind: 'answer' })
  })

  it('is refused when it asks for too much, for another amount or another currency', () => {
    expect(decideRefund(inState('captured', taken), { ...wanted, amountMinor: 12_001 })).toMatchObject({ reason: { code: 'amount_too_large' } })
    expect(decideRefund(inState('captured', taken), { ...wanted, currency: 'EUR' })).toMatchObject({ reason: { code: 'invalid_request' } })
    expect(decideRefund(inState('refunded', { ...taken, refundMinor: 1 }), wanted)).toMatchObject({ reason: { code: 'invalid_request' } })
  })

  it('is refused when nothing was taken', () => {
    for (const payment of [null, tombstone('p', 'b'), inState('authorized'), inState('capturing', taken), inState('capture-failed', taken)]) {
      expect(decideRefund(payment, wanted)).toMatchObject({ kind: 'refuse', reason: { code: 'not_captured' } })
    }
  })
})
