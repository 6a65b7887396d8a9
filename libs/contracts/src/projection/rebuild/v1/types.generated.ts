// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Build a projection anew beside the live one, then let it take the live one's place.
 */
export interface RebuildProjectionV1Data {
  /**
   * Name of the projection within the service, for example `kitchens`.
   */
  projection: string
  /**
   * Who asked for it: a handle, never an address.
   */
  operator: string
}

/** Build a projection anew beside the live one, then let it take the live one's place. */
export const RebuildProjectionV1: Contract<RebuildProjectionV1Data> = {
  "type": "projection.rebuild.v1",
  "kind": "command",
  "context": "projection",
  "version": 1,
  "topic": "prep.<service>.commands",
  "dataschema": "https://contracts.prep.dev/projection/rebuild/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/projection/rebuild/v1",
    "title": "RebuildProjection",
    "description": "Build a projection anew beside the live one, then let it take the live one's place.",
    "x-message": {
      "type": "projection.rebuild.v1",
      "kind": "command",
      "addressed": true,
      "unpublished": "An operator asks through ./prep projection, by the sidecar of the service that keeps the projection."
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "projection",
      "operator"
    ],
    "properties": {
      "projection": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9-]*$",
        "maxLength": 64,
        "description": "Name of the projection within the service, for example `kitchens`."
      },
      "operator": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "Who asked for it: a handle, never an address."
      }
    }
  }
}
