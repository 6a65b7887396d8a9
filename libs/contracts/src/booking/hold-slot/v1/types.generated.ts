// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Hold the slot of a booking until a given time.
 */
export interface HoldSlotV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Until when the slot is held; afterwards anybody may take it. RFC 3339 in UTC, ending in `Z`.
   */
  heldUntil: string
}

/** Hold the slot of a booking until a given time. */
export const HoldSlotV1: Contract<HoldSlotV1Data> = {
  "type": "booking.hold-slot.v1",
  "kind": "command",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.commands",
  "dataschema": "https://contracts.prep.dev/booking/hold-slot/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/hold-slot/v1",
    "title": "HoldSlot",
    "description": "Hold the slot of a booking until a given time.",
    "x-message": {
      "type": "booking.hold-slot.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "heldUntil"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
      },
      "heldUntil": {
        "type": "string",
        "format": "date-time",
        "pattern": "Z$",
        "description": "Until when the slot is held; afterwards anybody may take it. RFC 3339 in UTC, ending in `Z`."
      }
    }
  }
}
