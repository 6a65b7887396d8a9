// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Give one dead letter up for good.
 */
export interface SkipDeadLetterV1Data {
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
   * Why it will not be handled, one sentence.
   */
  reason: string
}

/** Give one dead letter up for good. */
export const SkipDeadLetterV1: Contract<SkipDeadLetterV1Data> = {
  "type": "deadletter.skip.v1",
  "kind": "command",
  "context": "deadletter",
  "version": 1,
  "topic": "prep.<service>.commands",
  "dataschema": "https://contracts.prep.dev/deadletter/skip/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/deadletter/skip/v1",
    "title": "SkipDeadLetter",
    "description": "Give one dead letter up for good.",
    "x-message": {
      "type": "deadletter.skip.v1",
      "kind": "command",
      "addressed": true
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "consumer",
      "eventId",
      "operator",
      "reason"
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
      "reason": {
        "type": "string",
        "minLength": 3,
        "maxLength": 1000,
        "description": "Why it will not be handled, one sentence."
      }
    }
  }
}
