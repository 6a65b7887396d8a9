// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Confirm a booking whose slot is held and whose payment is authorized.
 */
export interface ConfirmBookingV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
}

/** Confirm a booking whose slot is held and whose payment is authorized. */
export const ConfirmBookingV1: Contract<ConfirmBookingV1Data> = {
  "type": "booking.confirm.v1",
  "kind": "command",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.commands",
  "dataschema": "https://contracts.prep.dev/booking/confirm/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/confirm/v1",
    "title": "ConfirmBooking",
    "description": "Confirm a booking whose slot is held and whose payment is authorized.",
    "x-message": {
      "type": "booking.confirm.v1",
      "kind": "command"
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
