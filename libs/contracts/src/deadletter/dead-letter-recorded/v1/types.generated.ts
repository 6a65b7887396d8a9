// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * A service gave a message up, or many of one cause within a second.
 */
export interface DeadLetterRecordedV1Data {
  /**
   * Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read.
   */
  consumer: string
  /**
   * Short hash of consumer, code, error class and first stack frame: letters with the same cause have the same group.
   */
  group: string
  /**
   * Why it failed, as a stable code: of this library (`MSG_...`) or of the error that the handler threw.
   */
  code: string
  /**
   * Class of the error.
   */
  errorClass: string
  /**
   * How many letters this tells of: 1, or more when a group has over 50 letters a second.
   */
  count: number
  /**
   * Id of the message that became the dead letter. For what could not be read: derived from its topic, partition and offset. Null when it tells of many.
   */
  eventId: string | null
  /**
   * CloudEvents type of the message, `unreadable` when it had none; null when it tells of many.
   */
  eventType: string | null
  /**
   * Attempts so far: runs of the handler, of which a replay counts as one; 0 when no handler ever saw the message. Null when it tells of many.
   */
  attempts: number | null
  /**
   * When the first of them was recorded. RFC 3339, UTC.
   */
  firstAt: string
  /**
   * When the last of them was recorded. RFC 3339, UTC.
   */
  lastAt: string
}

/** A service gave a message up, or many of one cause within a second. */
export const DeadLetterRecordedV1: Contract<DeadLetterRecordedV1Data> = {
  "type": "deadletter.recorded.v1",
  "kind": "event",
  "context": "deadletter",
  "version": 1,
  "topic": "prep.deadletter.events",
  "dataschema": "https://contracts.prep.dev/deadletter/dead-letter-recorded/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/deadletter/dead-letter-recorded/v1",
    "title": "DeadLetterRecorded",
    "description": "A service gave a message up, or many of one cause within a second.",
    "x-message": {
      "type": "deadletter.recorded.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "consumer",
      "group",
      "code",
      "errorClass",
      "count",
      "eventId",
      "eventType",
      "attempts",
      "firstAt",
      "lastAt"
    ],
    "properties": {
      "consumer": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Whose letter it is: `<app>/<type without version>`, `<app>/raw` for what could not be read."
      },
      "group": {
        "type": "string",
        "pattern": "^[0-9a-f]{12}$",
        "description": "Short hash of consumer, code, error class and first stack frame: letters with the same cause have the same group."
      },
      "code": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Why it failed, as a stable code: of this library (`MSG_...`) or of the error that the handler threw."
      },
      "errorClass": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Class of the error."
      },
      "count": {
        "type": "integer",
        "minimum": 1,
        "description": "How many letters this tells of: 1, or more when a group has over 50 letters a second."
      },
      "eventId": {
        "type": [
          "string",
          "null"
        ],
        "format": "uuid",
        "description": "Id of the message that became the dead letter. For what could not be read: derived from its topic, partition and offset. Null when it tells of many."
      },
      "eventType": {
        "type": [
          "string",
          "null"
        ],
        "minLength": 1,
        "maxLength": 512,
        "description": "CloudEvents type of the message, `unreadable` when it had none; null when it tells of many."
      },
      "attempts": {
        "type": [
          "integer",
          "null"
        ],
        "minimum": 0,
        "description": "Attempts so far: runs of the handler, of which a replay counts as one; 0 when no handler ever saw the message. Null when it tells of many."
      },
      "firstAt": {
        "type": "string",
        "format": "date-time",
        "description": "When the first of them was recorded. RFC 3339, UTC."
      },
      "lastAt": {
        "type": "string",
        "format": "date-time",
        "description": "When the last of them was recorded. RFC 3339, UTC."
      }
    }
  }
}
