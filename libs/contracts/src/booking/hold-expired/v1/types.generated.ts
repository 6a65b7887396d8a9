// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A booking was not confirmed, because its hold had expired or been given up.
 */
export interface HoldExpiredV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
}

/** A booking was not confirmed, because its hold had expired or been given up. */
export const HoldExpiredV1: Contract<HoldExpiredV1Data> = {
  "type": "booking.hold-expired.v1",
  "kind": "event",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.events",
  "dataschema": "https://contracts.prep.dev/booking/hold-expired/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/hold-expired/v1",
    "title": "HoldExpired",
    "description": "A booking was not confirmed, because its hold had expired or been given up.",
    "x-message": {
      "type": "booking.hold-expired.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      }
    }
  }
}
