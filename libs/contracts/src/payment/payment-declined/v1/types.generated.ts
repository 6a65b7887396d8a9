// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * No amount was reserved, or it is not known whether one was.
 */
export interface PaymentDeclinedV1Data {
  /**
   * Payment that this message tells of. UUIDv7.
   */
  paymentId: string
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why, as a stable code.
   */
  reasonCode:
    'card_declined' | 'insufficient_funds' | 'provider_unavailable' | 'deadline_passed' | 'voided' | 'invalid_request'
  /**
   * What happened, one sentence a person can act on.
   */
  detail: string
  /**
   * True when it is certain that nothing is reserved; false when the provider could not be asked: then a void must follow.
   */
  outcomeKnown: boolean
}

/** No amount was reserved, or it is not known whether one was. */
export const PaymentDeclinedV1: Contract<PaymentDeclinedV1Data> = {
  "type": "payment.declined.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-declined/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-declined/v1",
    "title": "PaymentDeclined",
    "description": "No amount was reserved, or it is not known whether one was.",
    "x-message": {
      "type": "payment.declined.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "paymentId",
      "bookingId",
      "reasonCode",
      "detail",
      "outcomeKnown"
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
      "reasonCode": {
        "type": "string",
        "enum": [
          "card_declined",
          "insufficient_funds",
          "provider_unavailable",
          "deadline_passed",
          "voided",
          "invalid_request"
        ],
        "description": "Why, as a stable code."
      },
      "detail": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "description": "What happened, one sentence a person can act on."
      },
      "outcomeKnown": {
        "type": "boolean",
        "description": "True when it is certain that nothing is reserved; false when the provider could not be asked: then a void must follow."
      }
    }
  }
}
