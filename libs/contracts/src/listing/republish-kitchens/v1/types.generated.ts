// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * Tell one page of all kitchens again, for a projection that is rebuilt.
 */
export interface RepublishKitchensV1Data {
  /**
   * The rebuild that this page is for. UUIDv7.
   */
  rebuildId: string
  /**
   * The service that rebuilds its projection.
   */
  requestedBy: string
  /**
   * Position to go on from: the `next` of the page before; null for the first page.
   */
  after: string | null
}

/** Tell one page of all kitchens again, for a projection that is rebuilt. */
export const RepublishKitchensV1: Contract<RepublishKitchensV1Data> = {
  "type": "listing.republish-kitchens.v1",
  "kind": "command",
  "context": "listing",
  "version": 1,
  "topic": "prep.listing.commands",
  "dataschema": "https://contracts.prep.dev/listing/republish-kitchens/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/listing/republish-kitchens/v1",
    "title": "RepublishKitchens",
    "description": "Tell one page of all kitchens again, for a projection that is rebuilt.",
    "x-message": {
      "type": "listing.republish-kitchens.v1",
      "kind": "command"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "rebuildId",
      "requestedBy",
      "after"
    ],
    "properties": {
      "rebuildId": {
        "type": "string",
        "format": "uuid",
        "description": "The rebuild that this page is for. UUIDv7."
      },
      "requestedBy": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9-]*$",
        "maxLength": 64,
        "description": "The service that rebuilds its projection."
      },
      "after": {
        "type": [
          "string",
          "null"
        ],
        "format": "uuid",
        "description": "Position to go on from: the `next` of the page before; null for the first page."
      }
    }
  }
}
