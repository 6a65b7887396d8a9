// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Give up what is reserved for a booking, or make sure nothing will be.
 */
export interface VoidPaymentV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why it is undone, one sentence for people and logs.
   */
  reason: string
}

/** Give up what is reserved for a booking, or make sure nothing will be. */
export const VoidPaymentV1: Contract<VoidPaymentV1Data> = {
  "type": "payment.void.v1",
  "kind": "command",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.commands",
  "dataschema": "https://contracts.prep.dev/payment/void/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/void/v1",
    "title": "VoidPayment",
    "description": "Give up what is reserved for a booking, or make sure nothing will be.",
    "x-message": {
      "type": "payment.void.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "reason"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
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
