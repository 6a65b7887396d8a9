import { textOf } from './decide-capture.ts'
import { type Money, type Payment, type Reason } from './payment.ts'

export type RefundDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'answer' }
  /** Refused without a change: the payment goes on as it is. */
  | { readonly kind: 'refuse'; readonly reason: Reason }

/** What to do with a refund command. A payment is refunded once, by at most what was taken. */
export function decideRefund(payment: Payment | null, wanted: Money): RefundDecision {
  const taken = payment === null ? null : moneyTaken(payment)
  if (payment === null || taken === null) return refuse('not_captured', 'No amount was taken for this booking.')
  if (wanted.currency !== taken.currency) return refuse('invalid_request', `${textOf(wanted)} was asked for, ${textOf(taken)} was taken.`)
  if (wanted.amountMinor > taken.amountMinor) return refuse('amount_too_large', `${textOf(wanted)} was asked for, ${textOf(taken)} was taken.`)
  if (payment.state === 'captured' || payment.state === 'refund-failed') return { kind: 'send' }
  if (payment.refundMinor !== wanted.amountMinor) return refuse('invalid_request', 'The payment has a refund of another amount already.')
  return { kind: payment.state === 'refunding' ? 'send' : 'answer' }
}

function moneyTaken(payment: Payment): Money | null {
  const isTaken = ['captured', 'refunding', 'refunded', 'refund-failed'].includes(payment.state)
  if (!isTaken || payment.terms === null || payment.captureMinor === null) return null
  return { amountMinor: payment.captureMinor, currency: payment.terms.currency }
}

function refuse(code: string, detail: string): RefundDecision {
  return { kind: 'refuse', reason: { code, detail } }
}
