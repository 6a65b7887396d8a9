// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Whether a dead letter was given up.
 */
export interface DeadLetterSkippedV1Data {
  /**
   * Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read.
   */
  consumer: string
  /**
   * Id of the message that became the dead letter. For what could not be read: derived from its topic, partition and offset.
   */
  eventId: string
  /**
   * Who asked for it: a handle, never an address.
   */
  operator: string
  /**
   * skipped: the letter is settled and will not be run. refused: it was not dead.
   */
  outcome: 'skipped' | 'refused'
  /**
   * Why it was refused; null when it was skipped.
   */
  code: string | null
}

/** Whether a dead letter was given up. */
export const DeadLetterSkippedV1: Contract<DeadLetterSkippedV1Data> = {
  "type": "deadletter.skipped.v1",
  "kind": "event",
  "context": "deadletter",
  "version": 1,
  "topic": "prep.deadletter.events",
  "dataschema": "https://contracts.prep.dev/deadletter/dead-letter-skipped/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/deadletter/dead-letter-skipped/v1",
    "title": "DeadLetterSkipped",
    "description": "Whether a dead letter was given up.",
    "x-message": {
      "type": "deadletter.skipped.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "consumer",
      "eventId",
      "operator",
      "outcome",
      "code"
    ],
    "properties": {
      "consumer": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read."
      },
      "eventId": {
        "type": "string",
        "format": "uuid",
        "description": "Id of the message that became the dead letter. For what could not be read: derived from its topic, partition and offset."
      },
      "operator": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Who asked for it: a handle, never an address."
      },
      "outcome": {
        "type": "string",
        "enum": [
          "skipped",
          "refused"
        ],
        "description": "skipped: the letter is settled and will not be run. refused: it was not dead."
      },
      "code": {
        "type": [
          "string",
          "null"
        ],
        "minLength": 1,
        "maxLength": 200,
        "description": "Why it was refused; null when it was skipped."
      }
    }
  }
}
