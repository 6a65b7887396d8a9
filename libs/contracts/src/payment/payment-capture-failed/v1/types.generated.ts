// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * The amount could not be taken.
 */
export interface PaymentCaptureFailedV1Data {
  /**
   * Payment that was meant; null when there is none. UUIDv7.
   */
  paymentId: string | null
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why it failed: `provider_unavailable`, `authorization_expired`, `no_authorization`, `amount_mismatch` or `invalid_request`.
   */
  reasonCode: string
  /**
   * What happened, one sentence a person can act on.
   */
  detail: string
}

/** The amount could not be taken. */
export const PaymentCaptureFailedV1: Contract<PaymentCaptureFailedV1Data> = {
  "type": "payment.capture-failed.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-capture-failed/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-capture-failed/v1",
    "title": "PaymentCaptureFailed",
    "description": "The amount could not be taken.",
    "x-message": {
      "type": "payment.capture-failed.v1",
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
        "description": "Why it failed: `provider_unavailable`, `authorization_expired`, `no_authorization`, `amount_mismatch` or `invalid_request`."
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
