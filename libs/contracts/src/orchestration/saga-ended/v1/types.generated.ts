// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A long process came to its end.
 */
export interface SagaEndedV1Data {
  /**
   * The instance of the process. UUIDv7.
   */
  sagaId: string
  /**
   * Name of the process, for example `booking`.
   */
  saga: string
  /**
   * Version of the definition that this instance ran.
   */
  definitionVersion: number
  /**
   * What the process was about, for the booking process the booking's id; also the envelope's `subject`.
   */
  key: string
  /**
   * How it ended: all done, all undone, or waiting for a person.
   */
  outcome: 'completed' | 'compensated' | 'needs-attention'
  /**
   * Step that failed; null when none did.
   */
  failedStep: string | null
  /**
   * Why it did not complete, as a stable code; null when it completed.
   */
  reasonCode: string | null
  /**
   * What happened, one sentence; null when it completed.
   */
  detail: string | null
}

/** A long process came to its end. */
export const SagaEndedV1: Contract<SagaEndedV1Data> = {
  "type": "orchestration.saga-ended.v1",
  "kind": "event",
  "context": "orchestration",
  "version": 1,
  "topic": "prep.orchestration.events",
  "dataschema": "https://contracts.prep.dev/orchestration/saga-ended/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/orchestration/saga-ended/v1",
    "title": "SagaEnded",
    "description": "A long process came to its end.",
    "x-message": {
      "type": "orchestration.saga-ended.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "sagaId",
      "saga",
      "definitionVersion",
      "key",
      "outcome",
      "failedStep",
      "reasonCode",
      "detail"
    ],
    "properties": {
      "sagaId": {
        "type": "string",
        "format": "uuid",
        "description": "The instance of the process. UUIDv7."
      },
      "saga": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9-]*$",
        "maxLength": 64,
        "description": "Name of the process, for example `booking`."
      },
      "definitionVersion": {
        "type": "integer",
        "minimum": 1,
        "description": "Version of the definition that this instance ran."
      },
      "key": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "What the process was about, for the booking process the booking's id; also the envelope's `subject`."
      },
      "outcome": {
        "type": "string",
        "enum": [
          "completed",
          "compensated",
          "needs-attention"
        ],
        "description": "How it ended: all done, all undone, or waiting for a person."
      },
      "failedStep": {
        "type": [
          "string",
          "null"
        ],
        "pattern": "^[a-z][a-z0-9-]*$",
        "maxLength": 64,
        "description": "Step that failed; null when none did."
      },
      "reasonCode": {
        "type": [
          "string",
          "null"
        ],
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": 64,
        "description": "Why it did not complete, as a stable code; null when it completed."
      },
      "detail": {
        "type": [
          "string",
          "null"
        ],
        "minLength": 0,
        "maxLength": 2000,
        "description": "What happened, one sentence; null when it completed."
      }
    }
  }
}
