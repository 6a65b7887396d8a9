// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Check a booking against the rules for its kitchen.
 */
export interface CheckComplianceV1Data {
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
}

/** Check a booking against the rules for its kitchen. */
export const CheckComplianceV1: Contract<CheckComplianceV1Data> = {
  "type": "compliance.check.v1",
  "kind": "command",
  "context": "compliance",
  "version": 1,
  "topic": "prep.compliance.commands",
  "dataschema": "https://contracts.prep.dev/compliance/check/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/compliance/check/v1",
    "title": "CheckCompliance",
    "description": "Check a booking against the rules for its kitchen.",
    "x-message": {
      "type": "compliance.check.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "startsAt",
      "endsAt",
      "attendees"
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
      }
    }
  }
}
