// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * An amount was given back.
 */
export interface PaymentRefundedV1Data {
  /**
   * Payment that this message tells of. UUIDv7.
   */
  paymentId: string
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * This refund. UUIDv7.
   */
  refundId: string
  /**
   * Amount of money to give back. In minor units of `currency` (cents for USD).
   */
  amountMinor: number
  /**
   * Currency of the amount: ISO 4217 code in capitals.
   */
  currency: string
  /**
   * The provider's own id of the refund.
   */
  providerReference: string
}

/** An amount was given back. */
export const PaymentRefundedV1: Contract<PaymentRefundedV1Data> = {
  "type": "payment.refunded.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-refunded/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-refunded/v1",
    "title": "PaymentRefunded",
    "description": "An amount was given back.",
    "x-message": {
      "type": "payment.refunded.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "paymentId",
      "bookingId",
      "refundId",
      "amountMinor",
      "currency",
      "providerReference"
    ],
    "properties": {
      "paymentId": {
        "type": "string",
        "format": "uuid",
        "description": "Payment that this message tells of. UUIDv7."
      },
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "refundId": {
        "type": "string",
        "format": "uuid",
        "description": "This refund. UUIDv7."
      },
      "amountMinor": {
        "type": "integer",
        "minimum": 1,
        "maximum": 9007199254740991,
        "description": "Amount of money to give back. In minor units of `currency` (cents for USD)."
      },
      "currency": {
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "description": "Currency of the amount: ISO 4217 code in capitals."
      },
      "providerReference": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "description": "The provider's own id of the refund."
      }
    }
  }
}
