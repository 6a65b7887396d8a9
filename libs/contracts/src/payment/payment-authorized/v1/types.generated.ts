// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * An amount is reserved on the customer's payment method.
 */
export interface PaymentAuthorizedV1Data {
  /**
   * Payment that this message tells of. UUIDv7.
   */
  paymentId: string
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
  /**
   * Card provider that holds the money, for example `stripe`.
   */
  provider: string
  /**
   * The provider's own id of the authorization or charge, for example a payment intent.
   */
  providerReference: string
  /**
   * Until when the provider keeps the reservation. RFC 3339 in UTC, ending in `Z`.
   */
  authorizedUntil: string
}

/** An amount is reserved on the customer's payment method. */
export const PaymentAuthorizedV1: Contract<PaymentAuthorizedV1Data> = {
  "type": "payment.authorized.v1",
  "kind": "event",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.events",
  "dataschema": "https://contracts.prep.dev/payment/payment-authorized/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/payment-authorized/v1",
    "title": "PaymentAuthorized",
    "description": "An amount is reserved on the customer's payment method.",
    "x-message": {
      "type": "payment.authorized.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "paymentId",
      "bookingId",
      "amountMinor",
      "currency",
      "provider",
      "providerReference",
      "authorizedUntil"
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
      },
      "provider": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": 64,
        "description": "Card provider that holds the money, for example `stripe`."
      },
      "providerReference": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "description": "The provider's own id of the authorization or charge, for example a payment intent."
      },
      "authorizedUntil": {
        "type": "string",
        "format": "date-time",
        "pattern": "Z$",
        "description": "Until when the provider keeps the reservation. RFC 3339 in UTC, ending in `Z`."
      }
    }
  }
}
