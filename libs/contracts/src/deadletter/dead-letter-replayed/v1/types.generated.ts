// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * What became of one replay of a dead letter.
 */
export interface DeadLetterReplayedV1Data {
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
   * handled: the handler's effects are committed. dead: it failed again. refused: nothing was run, the letter was not to be had.
   */
  outcome: 'handled' | 'dead' | 'refused'
  /**
   * Why it is dead again or was refused; null when it was handled.
   */
  code: string | null
  /**
   * Attempts so far; a replay with its immediate retries counts as one.
   */
  attempts: number
}

/** What became of one replay of a dead letter. */
export const DeadLetterReplayedV1: Contract<DeadLetterReplayedV1Data> = {
  "type": "deadletter.replayed.v1",
  "kind": "event",
  "context": "deadletter",
  "version": 1,
  "topic": "prep.deadletter.events",
  "dataschema": "https://contracts.prep.dev/deadletter/dead-letter-replayed/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/deadletter/dead-letter-replayed/v1",
    "title": "DeadLetterReplayed",
    "description": "What became of one replay of a dead letter.",
    "x-message": {
      "type": "deadletter.replayed.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "consumer",
      "eventId",
      "operator",
      "outcome",
      "code",
      "attempts"
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
          "handled",
          "dead",
          "refused"
        ],
        "description": "handled: the handler's effects are committed. dead: it failed again. refused: nothing was run, the letter was not to be had."
      },
      "code": {
        "type": [
          "string",
          "null"
        ],
        "minLength": 1,
        "maxLength": 200,
        "description": "Why it is dead again or was refused; null when it was handled."
      },
      "attempts": {
        "type": "integer",
        "minimum": 0,
        "description": "Attempts so far; a replay with its immediate retries counts as one."
      }
    }
  }
}
