// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Give up the hold of a booking, or make sure there will be none.
 */
export interface ReleaseSlotV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why it is undone, one sentence for people and logs.
   */
  reason: string
}

/** Give up the hold of a booking, or make sure there will be none. */
export const ReleaseSlotV1: Contract<ReleaseSlotV1Data> = {
  "type": "booking.release-slot.v1",
  "kind": "command",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.commands",
  "dataschema": "https://contracts.prep.dev/booking/release-slot/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/release-slot/v1",
    "title": "ReleaseSlot",
    "description": "Give up the hold of a booking, or make sure there will be none.",
    "x-message": {
      "type": "booking.release-slot.v1",
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
