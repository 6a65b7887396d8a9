// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A booking is confirmed.
 */
export interface BookingConfirmedV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Kitchen that is booked. UUID.
   */
  kitchenId: string
  /**
   * Kitchen's name when the booking was requested or last changed.
   */
  kitchenName: string
  /**
   * IANA time zone of the kitchen, for showing times to people. For example `Europe/Berlin`.
   */
  timeZone: string
  /**
   * Start of the booked time, inclusive. RFC 3339 in UTC, ending in `Z`.
   */
  startsAt: string
  /**
   * End of the booked time, exclusive; after `startsAt`, at most 24 hours later. RFC 3339 in UTC, ending in `Z`.
   */
  endsAt: string
  /**
   * Price of the whole booking. In minor units of `currency` (cents for USD).
   */
  amountMinor: number
  /**
   * Currency of the amount: ISO 4217 code in capitals.
   */
  currency: string
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
}

/** A booking is confirmed. */
export const BookingConfirmedV1: Contract<BookingConfirmedV1Data> = {
  "type": "booking.confirmed.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/booking-confirmed/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/booking-confirmed/v1",
    "title": "BookingConfirmed",
    "description": "A booking is confirmed.",
    "x-message": {
      "type": "booking.confirmed.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "kitchenName",
      "timeZone",
      "startsAt",
      "endsAt",
      "amountMinor",
      "currency",
      "customer"
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
      "kitchenName": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Kitchen's name when the booking was requested or last changed."
      },
      "timeZone": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_+/-]+$",
        "minLength": 1,
        "maxLength": 64,
        "description": "IANA time zone of the kitchen, for showing times to people. For example `Europe/Berlin`."
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
      "amountMinor": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9007199254740991,
        "description": "Price of the whole booking. In minor units of `currency` (cents for USD)."
      },
      "currency": {
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "description": "Currency of the amount: ISO 4217 code in capitals."
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
      }
    }
  }
}
