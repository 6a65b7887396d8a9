// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * An amount could not be given back.
 */
export interface PaymentRefundFailedV1Data {
  /**
   * Payment that was meant; null when there is none. UUIDv7.
   */
  paymentId: string | null
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why it failed: `provider_unavailable`, `not_captured`, `amount_too_large` or `invalid_request`.
   */
  reasonCode: string
  /**
   * What happened, one sentence a person can act on.
   */
  detail: string
}

/** An amount could not be given back. */
export const PaymentRefundFailedV1: Contract<PaymentRefundFailedV1Data> = {
  "type": "payment.refund-failed.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-refund-failed/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-refund-failed/v1",
    "title": "PaymentRefundFailed",
    "description": "An amount could not be given back.",
    "x-message": {
      "type": "payment.refund-failed.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "paymentId",
      "bookingId",
      "reasonCode",
      "detail"
    ],
    "properties": {
      "paymentId": {
        "type": [
          "string",
          "null"
        ],
        "format": "uuid",
        "description": "Payment that was meant; null when there is none. UUIDv7."
      },
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "reasonCode": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": 64,
        "description": "Why it failed: `provider_unavailable`, `not_captured`, `amount_too_large` or `invalid_request`."
      },
      "detail": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "description": "What happened, one sentence a person can act on."
      }
    }
  }
}
