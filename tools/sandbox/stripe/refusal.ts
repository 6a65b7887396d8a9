import type { Answer, ChargeRecord, ErrorBody, IntentRecord } from './records.ts'

/**
 * A request answered with one of Stripe's error bodies.
 * `executed` says that the endpoint had begun its work: only such answers are kept for an
 * idempotency key (Stripe keeps none for bad parameters, so that they can be corrected).
 */
export class StripeRefusal extends Error {
  readonly answer: Answer
  readonly executed: boolean

  constructor(status: number, error: ErrorBody, about: { intent?: IntentRecord; charge?: ChargeRecord | null; executed?: boolean } = {}) {
    super(error.message)
    this.answer = { status, view: { kind: 'error', error, intent: about.intent ?? null, charge: about.charge ?? null } }
    this.executed = about.executed ?? false
  }

  static invalidRequest(error: Omit<ErrorBody, 'type'>, status = 400): StripeRefusal {
    return new StripeRefusal(status, { type: 'invalid_request_error', ...error })
  }

  /** 404 when the id stands in the path, 400 when it is a parameter. */
  static missing(what: string, id: string, param: string, status: 400 | 404): StripeRefusal {
    return StripeRefusal.invalidRequest({ code: 'resource_missing', param, message: `No such ${what}: '${id}'` }, status)
  }

  static unexpectedState(intent: IntentRecord, charge: ChargeRecord | null, message: string): StripeRefusal {
    const error: ErrorBody = { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message }
    return new StripeRefusal(400, error, { intent, charge, executed: true })
  }
}
