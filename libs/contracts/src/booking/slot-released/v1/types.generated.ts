// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * The booking holds no slot any more.
 */
export interface SlotReleasedV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why it is undone, one sentence for people and logs.
   */
  reason: string
}

/** The booking holds no slot any more. */
export const SlotReleasedV1: Contract<SlotReleasedV1Data> = {
  "type": "booking.slot-released.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/slot-released/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/slot-released/v1",
    "title": "SlotReleased",
    "description": "The booking holds no slot any more.",
    "x-message": {
      "type": "booking.slot-released.v1",
      "kind": "event"
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
