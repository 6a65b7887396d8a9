// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Take the reserved amount.
 */
export interface CapturePaymentV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Amount of money; 0 for a booking that costs nothing. In minor units of `currency` (cents for USD).
   */
  amountMinor: number
  /**
   * Currency of the amount: ISO 4217 code in capitals.
   */
  currency: string
}

/** Take the reserved amount. */
export const CapturePaymentV1: Contract<CapturePaymentV1Data> = {
  "type": "payment.capture.v1",
  "kind": "command",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.commands",
  "dataschema": "https://contracts.prep.dev/payment/capture/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/capture/v1",
    "title": "CapturePayment",
    "description": "Take the reserved amount.",
    "x-message": {
      "type": "payment.capture.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "amountMinor",
      "currency"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "amountMinor": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9007199254740991,
        "description": "Amount of money; 0 for a booking that costs nothing. In minor units of `currency` (cents for USD)."
      },
      "currency": {
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "description": "Currency of the amount: ISO 4217 code in capitals."
      }
    }
  }
}
