// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Reject a booking that did not come about.
 */
export interface RejectBookingV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Why, as a stable code: `slot_taken`, `card_declined`, `insufficient_funds`, `provider_unavailable`, `compliance_rejected`, `hold_expired`, `timed_out`.
   */
  reasonCode: string
  /**
   * What happened, one sentence a person can act on.
   */
  detail: string
}

/** Reject a booking that did not come about. */
export const RejectBookingV1: Contract<RejectBookingV1Data> = {
  "type": "booking.reject.v1",
  "kind": "command",
  "context": "booking",
  "version": 1,
  "topic": "prep.booking.commands",
  "dataschema": "https://contracts.prep.dev/booking/reject/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/booking/reject/v1",
    "title": "RejectBooking",
    "description": "Reject a booking that did not come about.",
    "x-message": {
      "type": "booking.reject.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "reasonCode",
      "detail"
    ],
    "properties": {
      "bookingId": {
        "type": "string",
        "format": "uuid",
        "description": "Booking this message is about; also the envelope's `subject`. UUIDv7."
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
      }
    }
  }
}
