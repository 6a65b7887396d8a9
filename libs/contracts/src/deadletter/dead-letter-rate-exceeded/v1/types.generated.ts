// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Too large a share of a consumer's runs fails.
 */
export interface DeadLetterRateExceededV1Data {
  /**
   * Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read.
   */
  consumer: string
  /**
   * Runs that failed within the window.
   */
  failures: number
  /**
   * Runs of the handler within the window, failed ones included.
   */
  runs: number
  /**
   * failures / runs, a fraction of 1.
   */
  share: number
  /**
   * The share that was exceeded, a fraction of 1.
   */
  threshold: number
  /**
   * Length of the window in seconds.
   */
  windowSeconds: number
  /**
   * The failures' most frequent code within the window.
   */
  topCode: string
  /**
   * When it was found. RFC 3339, UTC.
   */
  at: string
}

/** Too large a share of a consumer's runs fails. */
export const DeadLetterRateExceededV1: Contract<DeadLetterRateExceededV1Data> = {
  "type": "deadletter.rate-exceeded.v1",
  "kind": "event",
  "context": "deadletter",
  "version": 1,
  "topic": "prep.deadletter.events",
  "dataschema": "https://contracts.prep.dev/deadletter/dead-letter-rate-exceeded/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/deadletter/dead-letter-rate-exceeded/v1",
    "title": "DeadLetterRateExceeded",
    "description": "Too large a share of a consumer's runs fails.",
    "x-message": {
      "type": "deadletter.rate-exceeded.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "consumer",
      "failures",
      "runs",
      "share",
      "threshold",
      "windowSeconds",
      "topCode",
      "at"
    ],
    "properties": {
      "consumer": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read."
      },
      "failures": {
        "type": "integer",
        "minimum": 1,
        "description": "Runs that failed within the window."
      },
      "runs": {
        "type": "integer",
        "minimum": 1,
        "description": "Runs of the handler within the window, failed ones included."
      },
      "share": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "failures / runs, a fraction of 1."
      },
      "threshold": {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
        "description": "The share that was exceeded, a fraction of 1."
      },
      "windowSeconds": {
        "type": "integer",
        "minimum": 1,
        "description": "Length of the window in seconds."
      },
      "topCode": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "The failures' most frequent code within the window."
      },
      "at": {
        "type": "string",
        "format": "date-time",
        "description": "When it was found. RFC 3339, UTC."
      }
    }
  }
}
