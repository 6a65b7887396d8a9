// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Give back an amount that was taken.
 */
export interface RefundPaymentV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Amount of money to give back. In minor units of `currency` (cents for USD).
   */
  amountMinor: number
  /**
   * Currency of the amount: ISO 4217 code in capitals.
   */
  currency: string
  /**
   * Why it is undone, one sentence for people and logs.
   */
  reason: string
}

/** Give back an amount that was taken. */
export const RefundPaymentV1: Contract<RefundPaymentV1Data> = {
  "type": "payment.refund.v1",
  "kind": "command",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.commands",
  "dataschema": "https://contracts.prep.dev/payment/refund/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/refund/v1",
    "title": "RefundPayment",
    "description": "Give back an amount that was taken.",
    "x-message": {
      "type": "payment.refund.v1",
      "kind": "command",
      "unpublished": "Nobody sends it yet: the cancellation of a paid booking will."
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "amountMinor",
      "currency",
      "reason"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
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
      "reason": {
        "type": "string",
        "minLength": 1,
        "maxLength": 500,
        "description": "Why it is undone, one sentence for people and logs."
      }
    }
  }
}
