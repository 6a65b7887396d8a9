import { PaymentError } from './errors.ts'

/**
 * The life of a booking's payment. The states in -ing say that the provider may be at work, or may have finished
 * without our knowing: the attempt's key tells.
 */
export const PAYMENT_STATES = [
  'authorizing', 'authorized', 'declined', 'voiding', 'voided', 'capturing', 'captured', 'capture-failed', 'refunding', 'refunded',
  'refund-failed',
] as const

export type PaymentState = (typeof PAYMENT_STATES)[number]

/** `none` is a booking that has no payment yet; `voided` straight from it is the tombstone of a void that came first. */
export const TRANSITIONS: Readonly<Record<PaymentState | 'none', readonly PaymentState[]>> = {
  'none': ['authorizing', 'declined', 'voided'],
  'authorizing': ['authorized', 'declined', 'voiding', 'voided'],
  'authorized': ['voiding', 'capturing'],
  'declined': [],
  'voiding': ['voided'],
  'voided': [],
  'capturing': ['captured', 'capture-failed'],
  'capture-failed': ['capturing'],
  'captured': ['refunding'],
  'refunding': ['refunded', 'refund-failed'],
  'refund-failed': ['refunding'],
  'refunded': [],
}

/** @throws PaymentError PAYMENT_TRANSITION_FORBIDDEN */
export function mustAllow(from: PaymentState | 'none', to: PaymentState, paymentId: string): void {
  if (TRANSITIONS[from].includes(to)) return
  throw new PaymentError('PAYMENT_TRANSITION_FORBIDDEN', `payment ${paymentId}: ${from} to ${to}`)
}

/** The table as a Mermaid state diagram; the README shows it. */
export function drawTransitions(): string {
  const name = (state: string) => (state === 'none' ? '[*]' : state.replaceAll('-', '_'))
  const arrows = Object.entries(TRANSITIONS).flatMap(([from, targets]) => targets.map(to => `  ${name(from)} --> ${name(to)}`))
  return ['stateDiagram-v2', ...arrows].join('\n')
}
