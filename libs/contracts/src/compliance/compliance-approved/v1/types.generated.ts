// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A booking keeps all rules.
 */
export interface ComplianceApprovedV1Data {
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
   * Every rule that was checked, in the order of the rule set.
   *
   * @minItems 1
   * @maxItems 50
   *
   * Items: One rule that passed.
   */
  checks: {
    /**
     * Id of the rule inside the rule set, for example `licence-valid`.
     */
    rule: string
    /**
     * What the rule said: always `pass` here.
     */
    outcome: 'pass'
  }[]
}

/** A booking keeps all rules. */
export const ComplianceApprovedV1: Contract<ComplianceApprovedV1Data> = {
  "type": "compliance.approved.v1",
  "kind": "event",
  "context": "compliance",
  "version": 1,
  "topic": "prep.compliance.events",
  "dataschema": "https://contracts.prep.dev/compliance/compliance-approved/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/compliance/compliance-approved/v1",
    "title": "ComplianceApproved",
    "description": "A booking keeps all rules.",
    "x-message": {
      "type": "compliance.approved.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "bookingId",
      "kitchenId",
      "ruleSet",
      "checks"
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
      "checks": {
        "type": "array",
        "minItems": 1,
        "maxItems": 50,
        "description": "Every rule that was checked, in the order of the rule set.",
        "items": {
          "type": "object",
          "description": "One rule that passed.",
          "additionalProperties": false,
          "required": [
            "rule",
            "outcome"
          ],
          "properties": {
            "rule": {
              "type": "string",
              "pattern": "^[a-z][a-z0-9-]*$",
              "maxLength": 64,
              "description": "Id of the rule inside the rule set, for example `licence-valid`."
            },
            "outcome": {
              "type": "string",
              "const": "pass",
              "description": "What the rule said: always `pass` here."
            }
          }
        }
      }
    }
  }
}
