/**
 * What the sandbox remembers. Records are never changed in place: a change is a new record,
 * so a stored answer may keep the record it was made from.
 */

/** Amounts are in the currency's minor unit, times in Unix seconds, as in Stripe's API. */
export interface IntentRecord {
  readonly id: string
  readonly sequence: number
  readonly amount: number
  readonly amountCapturable: number
  readonly amountReceived: number
  readonly currency: string
  readonly captureMethod: 'automatic' | 'automatic_async' | 'manual'
  readonly confirmationMethod: 'automatic' | 'manual'
  readonly status: IntentStatus
  readonly paymentMethod: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly description: string | null
  readonly receiptEmail: string | null
  readonly created: number
  readonly canceledAt: number | null
  readonly cancellationReason: string | null
  readonly latestCharge: string | null
  readonly declinedWith: Decline | null
  /** Unix milliseconds; the search index sees the record this much later. */
  readonly writtenAtMs: number
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled'

export interface Decline {
  readonly code: string
  readonly declineCode: string
  readonly message: string
  readonly paymentMethod: string
}

export interface ChargeRecord {
  readonly id: string
  readonly intent: string
  readonly amount: number
  readonly amountCaptured: number
  readonly amountRefunded: number
  readonly currency: string
  readonly status: 'succeeded' | 'failed'
  readonly captured: boolean
  readonly paymentMethod: string
  readonly card: string
  readonly metadata: Readonly<Record<string, string>>
  readonly declinedWith: Decline | null
  readonly created: number
  readonly captureBefore: number | null
}

export interface RefundRecord {
  readonly id: string
  readonly sequence: number
  readonly intent: string
  readonly charge: string
  readonly amount: number
  readonly currency: string
  readonly reason: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly created: number
}

/** The records an answer is drawn from; drawn again, the same bytes come out. */
export type View =
  | { readonly kind: 'payment_intent'; readonly intent: IntentRecord; readonly charge: ChargeRecord | null; readonly expand: readonly string[] }
  | { readonly kind: 'refund'; readonly refund: RefundRecord }
  | { readonly kind: 'error'; readonly error: ErrorBody; readonly intent: IntentRecord | null; readonly charge: ChargeRecord | null }

/** Stripe's error object, without the objects that are drawn into it. */
export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly message: string
  readonly code?: string
  readonly decline_code?: string
  readonly param?: string
  readonly charge?: string
}

export interface Answer {
  readonly status: number
  readonly view: View
}

export interface KeyRecord {
  readonly key: string
  /** Method and path, then a hash of the parameters, that the key was first used with. */
  readonly endpoint: string
  readonly parametersHash: string
  readonly requestId: string
  readonly answer: Answer
  readonly created: number
}
