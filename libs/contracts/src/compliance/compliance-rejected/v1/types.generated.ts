// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A booking breaks a rule.
 */
export interface ComplianceRejectedV1Data {
  /**
   * Booking this message is about; also the envelope's `subject`. UUIDv7.
   */
  bookingId: string
  /**
   * Kitchen that is booked. UUID.
   */
  kitchenId: string
  /**
   * Rule set that decided, with its version, for example `kitchen-2026-01.v1`.
   */
  ruleSet: string
  /**
   * Every rule that did not pass, in the order of the rule set.
   *
   * @minItems 1
   * @maxItems 50
   *
   * Items: One rule that did not pass.
   */
  reasons: {
    /**
     * Id of the rule inside the rule set, for example `licence-valid`.
     */
    rule: string
    /**
     * What the rule found, one sentence.
     */
    detail: string
  }[]
}

/** A booking breaks a rule. */
export const ComplianceRejectedV1: Contract<ComplianceRejectedV1Data> = {
  "type": "compliance.rejected.v1",
  "kind": "event",
  "context": "compliance",
  "version": 1,
  "topic": "prep.compliance.events",
  "dataschema": "https://contracts.prep.dev/compliance/compliance-rejected/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/compliance/compliance-rejected/v1",
    "title": "ComplianceRejected",
    "description": "A booking breaks a rule.",
    "x-message": {
      "type": "compliance.rejected.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "ruleSet",
      "reasons"
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
      "ruleSet": {
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9.-]*$",
        "maxLength": 100,
        "description": "Rule set that decided, with its version, for example `kitchen-2026-01.v1`."
      },
      "reasons": {
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "description": "Every rule that did not pass, in the order of the rule set.",
        "items": {
          "type": "object",
          "description": "One rule that did not pass.",
          "additionalProperties": false,
          "required": [
            "rule",
            "detail"
          ],
          "properties": {
            "rule": {
              "type": "string",
              "pattern": "^[a-z][a-z0-9-]*$",
              "maxLength": 64,
              "description": "Id of the rule inside the rule set, for example `licence-valid`."
            },
            "detail": {
              "type": "string",
              "minLength": 1,
              "maxLength": 1000,
              "description": "What the rule found, one sentence."
            }
          }
        }
      }
    }
  }
}
