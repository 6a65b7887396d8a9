// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Reserve an amount on the customer's payment method.
 */
export interface AuthorizePaymentV1Data {
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
   * The provider's token for the customer's payment method, for example `pm_card_visa`. Never a card number.
   */
  paymentMethod: string
}

/** Reserve an amount on the customer's payment method. */
export const AuthorizePaymentV1: Contract<AuthorizePaymentV1Data> = {
  "type": "payment.authorize.v1",
  "kind": "command",
  "context": "payment",
  "version": 1,
  "topic": "prep.payment.commands",
  "dataschema": "https://contracts.prep.dev/payment/authorize/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/payment/authorize/v1",
    "title": "AuthorizePayment",
    "description": "Reserve an amount on the customer's payment method.",
    "x-message": {
      "type": "payment.authorize.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "amountMinor",
      "currency",
      "paymentMethod"
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
      },
      "paymentMethod": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "description": "The provider's token for the customer's payment method, for example `pm_card_visa`. Never a card number."
      }
    }
  }
}
