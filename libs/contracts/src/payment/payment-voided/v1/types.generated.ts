// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Nothing is reserved for the booking any more.
 */
export interface PaymentVoidedV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Payment that was voided; null when there was none. UUIDv7.
   */
  paymentId: string | null
  /**
   * True when an amount had been reserved and was given up.
   */
  hadAuthorization: boolean
}

/** Nothing is reserved for the booking any more. */
export const PaymentVoidedV1: Contract<PaymentVoidedV1Data> = {
  "type": "payment.voided.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-voided/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-voided/v1",
    "title": "PaymentVoided",
    "description": "Nothing is reserved for the booking any more.",
    "x-message": {
      "type": "payment.voided.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "paymentId",
      "hadAuthorization"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "paymentId": {
        "type": [
          "string",
          "null"
        ],
        "format": "uuid",
        "description": "Payment that was voided; null when there was none. UUIDv7."
      },
      "hadAuthorization": {
        "type": "boolean",
        "description": "True when an amount had been reserved and was given up."
      }
    }
  }
}
