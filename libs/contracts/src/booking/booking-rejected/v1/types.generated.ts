// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A booking is rejected, with the reason.
 */
export interface BookingRejectedV1Data {
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
   * Why, as a stable code: `slot_taken`, `card_declined`, `insufficient_funds`, `provider_unavailable`, `compliance_rejected`, `hold_expired`, `timed_out`.
   */
  reasonCode: string
  /**
   * What happened, one sentence a person can act on.
   */
  detail: string
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

/** A booking is rejected, with the reason. */
export const BookingRejectedV1: Contract<BookingRejectedV1Data> = {
  "type": "booking.rejected.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/booking-rejected/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/booking-rejected/v1",
    "title": "BookingRejected",
    "description": "A booking is rejected, with the reason.",
    "x-message": {
      "type": "booking.rejected.v1",
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
      "reasonCode",
      "detail",
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
      "reasonCode": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": 64,
        "description": "Why, as a stable code: `slot_taken`, `card_declined`, `insufficient_funds`, `provider_unavailable`, `compliance_rejected`, `hold_expired`, `timed_out`."
      },
      "detail": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "description": "What happened, one sentence a person can act on."
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
