import { describe, expect, it } from 'vitest'
import { PaymentError } from './errors.ts'
import * as payments from './payment.ts'
import { type Payment } from './payment.ts'
import { mustAllow, PAYMENT_STATES, type PaymentState, TRANSITIONS } from './payment-state.ts'

const TERMS = { amountMinor: 12_000, currency: 'USD', paymentMethod: 'pm_card_visa' }
const REASON = { code: 'card_declined', detail: 'no' }
const inState = (state: PaymentState): Payment => ({ ...payments.begin('p', 'b', TERMS, 'stripe'), state })

/** The way into each state that starts from another payment. */
const WAYS: Partial<Record<PaymentState, (payment: Payment) => Payment>> = {
  'authorized': payment => payments.authorized(payment, 'pi_1', new Date(0)),
  'declined': payment => payments.declined(payment, REASON),
  'voiding': payments.voiding,
  'voided': payment => payments.voided(payment, true),
  'capturing': payment => payments.capturing(payment, 1),
  'captured': payments.captured,
  'capture-failed': payment => payments.captureFailed(payment, REASON),
  'refunding': payment => payments.refunding(payment, 'r', 1),
  'refunded': payment => payments.refunded(payment, 're_1'),
  'refund-failed': payment => payments.refundFailed(payment, REASON),
}

describe('the table of transitions, walked completely', () => {
  const pairs = PAYMENT_STATES.flatMap(from => Object.entries(WAYS).map(([to, way]) => ({ from, to: to as PaymentState, way })))

  it.each(pairs.filter(({ from, to }) => TRANSITIONS[from].includes(to)))('allows $from to $to', ({ from, to, way }) => {
    const after = way(inState(from))
    expect(after).toMatchObject({ state: to, version: 2 })
  })

  it.each(pairs.filter(({ from, to }) => !TRANSITIONS[from].includes(to)))('forbids $from to $to', ({ from, way }) => {
    expect(() => way(inState(from))).toThrow(PaymentError)
  })

  it('begins in one of three states, never comes back to authorizing, and ends', () => {
    expect(TRANSITIONS.none).toEqual(['authorizing', 'declined', 'voided'])
    for (const from of PAYMENT_STATES) expect(() => mustAllow(from, 'authorizing', 'p')).toThrow(PaymentError)
    expect(PAYMENT_STATES.filter(state => TRANSITIONS[state].length === 0)).toEqual(['declined', 'voided', 'refunded'])
  })

  it('forbids to void what is taken or being taken', () => {
    for (const from of ['capturing', 'captured', 'capture-failed', 'refunding', 'refunded', 'refund-failed'] as const) {
      expect(TRANSITIONS[from]).not.toContain('voiding')
    }
  })
})
