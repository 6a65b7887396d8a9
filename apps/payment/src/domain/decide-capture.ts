import { type Money, type Payment, type Reason } from './payment.ts'

export type CaptureDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'answer' }
  /** Refused without a change: the payment goes on as it is. */
  | { readonly kind: 'refuse'; readonly reason: Reason }

/** What to do with a capture command. At most what is authorized is taken, and only once. */
export function decideCapture(payment: Payment | null, wanted: Money): CaptureDecision {
  if (payment === null || payment.terms === null) return refuse('no_authorization', 'There is no payment for this booking.')
  if (['authorizing', 'declined', 'voiding', 'voided'].includes(payment.state)) {
    return refuse('no_authorization', `The payment is ${payment.state}: nothing is reserved that could be taken.`)
  }
  const { amountMinor, currency } = payment.terms
  if (wanted.currency !== currency || wanted.amountMinor > amountMinor || (wanted.amountMinor === 0) !== (amountMinor === 0)) {
    return refuse('amount_mismatch', `${textOf(wanted)} was asked for, ${textOf(payment.terms)} is authorized.`)
  }
  if (payment.state === 'authorized' || payment.state === 'capture-failed') return { kind: 'send' }
  if (payment.captureMinor !== wanted.amountMinor) {
    return refuse('amount_mismatch', `${textOf(wanted)} was asked for, ${textOf({ amountMinor: payment.captureMinor ?? 0, currency })} before.`)
  }
  return { kind: payment.state === 'capturing' ? 'send' : 'answer' }
}

function refuse(code: string, detail: string): CaptureDecision {
  return { kind: 'refuse', reason: { code, detail } }
}

export function textOf(money: Money): string {
  return `${money.amountMinor} ${money.currency} (minor units)`
}
