// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * The slot could not be held: another booking has it.
 */
export interface SlotTakenV1Data {
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
}

/** The slot could not be held: another booking has it. */
export const SlotTakenV1: Contract<SlotTakenV1Data> = {
  "type": "booking.slot-taken.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/slot-taken/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/slot-taken/v1",
    "title": "SlotTaken",
    "description": "The slot could not be held: another booking has it.",
    "x-message": {
      "type": "booking.slot-taken.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "startsAt",
      "endsAt"
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
      }
    }
  }
}
