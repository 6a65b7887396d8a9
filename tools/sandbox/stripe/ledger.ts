import type { Store } from './store.ts'

/** What became of the money of one payment intent: the figures a reconciliation needs. Minor units. */
export interface LedgerLine {
  readonly intent: string
  readonly status: string
  readonly bookingId: string | null
  readonly paymentId: string | null
  readonly currency: string
  readonly authorizedMinor: number
  readonly capturedMinor: number
  readonly refundedMinor: number
}

export function ledger(store: Store): LedgerLine[] {
  return [...store.intents.values()].map((intent) => ({
    intent: intent.id,
    status: intent.status,
    bookingId: intent.metadata['booking_id'] ?? null,
    paymentId: intent.metadata['payment_id'] ?? null,
    currency: intent.currency,
    authorizedMinor: intent.amountCapturable,
    capturedMinor: intent.amountReceived,
    refundedMinor: store.refundsOf(intent.id).reduce((sum, refund) => sum + refund.amount, 0),
  }))
}
