// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A customer asked for a booking; nothing is held yet.
 */
export interface BookingRequestedV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Kitchen that is booked. UUID.
   */
  kitchenId: string
  /**
   * Start of the booked time, inclusive. RFC 3339 in UTC, ending in `Z`.
   */
  startsAt: string
  /**
   * End of the booked time, exclusive; after `startsAt`, at most 24 hours later. RFC 3339 in UTC, ending in `Z`.
   */
  endsAt: string
  /**
   * How many people will be in the kitchen. Persons.
   */
  attendees: number
  /**
   * Price of the whole booking, computed by booking. In minor units of `currency` (cents for USD).
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
  /**
   * Person who asked for the booking.
   */
  customer: {
    /**
     * Customer's full name as they gave it.
     */
    name: string
    /**
     * Customer's e-mail address.
     */
    email: string
  }
  /**
   * When the request was accepted. RFC 3339 in UTC, ending in `Z`.
   */
  requestedAt: string
}

/** A customer asked for a booking; nothing is held yet. */
export const BookingRequestedV1: Contract<BookingRequestedV1Data> = {
  "type": "booking.requested.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/booking-requested/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/booking-requested/v1",
    "title": "BookingRequested",
    "description": "A customer asked for a booking; nothing is held yet.",
    "x-message": {
      "type": "booking.requested.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "startsAt",
      "endsAt",
      "attendees",
      "amountMinor",
      "currency",
      "paymentMethod",
      "customer",
      "requestedAt"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "kitchenId": {
        "type": "string",
        "format": "uuid",
        "description": "Kitchen that is booked. UUID."
      },
      "startsAt": {
        "type": "string",
        "format": "date-time",
        "pattern": "Z$",
        "description": "Start of the booked time, inclusive. RFC 3339 in UTC, ending in `Z`."
      },
      "endsAt": {
        "type": "string",
        "format": "date-time",
        "pattern": "Z$",
        "description": "End of the booked time, exclusive; after `startsAt`, at most 24 hours later. RFC 3339 in UTC, ending in `Z`."
      },
      "attendees": {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000,
        "description": "How many people will be in the kitchen. Persons."
      },
      "amountMinor": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9007199254740991,
        "description": "Price of the whole booking, computed by booking. In minor units of `currency` (cents for USD)."
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
      },
      "customer": {
        "type": "object",
        "description": "Person who asked for the booking.",
        "additionalProperties": false,
        "required": [
          "name",
          "email"
        ],
        "properties": {
          "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "Customer's full name as they gave it.",
            "x-personal": true
          },
          "email": {
            "type": "string",
            "format": "email",
            "maxLength": 254,
            "description": "Customer's e-mail address.",
            "x-personal": true
          }
        },
        "x-personal": true
      },
      "requestedAt": {
        "type": "string",
        "format": "date-time",
        "pattern": "Z$",
        "description": "When the request was accepted. RFC 3339 in UTC, ending in `Z`."
      }
    }
  }
}
