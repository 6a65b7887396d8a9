// Generated from schema.json by tools/generators/contract-types.ts. Do not edit.
import type { Contract } from '../../../contract.ts'

/**
 * One page of the kitchens as they are now, for the service that asked.
 */
export interface KitchensRepublishedV1Data {
  /**
   * The rebuild that this page is for. UUIDv7.
   */
  rebuildId: string
  /**
   * The service that rebuilds its projection.
   */
  requestedBy: string
  /**
   * Position that was asked for; null for the first page.
   */
  after: string | null
  /**
   * Position to ask for next; null when this was the last page.
   */
  next: string | null
  /**
   * Kitchens in the order of their ids, each whole as in `listing.kitchen-changed.v1`.
   *
   * @maxItems 50
   *
   * Items: A kitchen as it is now.
   */
  kitchens: {
    /**
     * The kitchen; also the envelope's `subject`. UUIDv7.
     */
    kitchenId: string
    /**
     * Kitchen's name as shown to customers.
     */
    name: string
    /**
     * IANA time zone of the kitchen, for showing times to people. For example `Europe/Berlin`.
     */
    timeZone: string
    /**
     * Price of one hour. In minor units of `currency` (cents for USD).
     */
    hourlyRateMinor: number
    /**
     * Currency of the amount: ISO 4217 code in capitals.
     */
    currency: string
    /**
     * Most people allowed in the kitchen at once. Persons.
     */
    capacity: number
    /**
     * Food business licence of the kitchen.
     */
    licence: {
      /**
       * Licence number as the authority wrote it.
       */
      number: string
      /**
       * First day on which the licence is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone.
       */
      validFrom: string
      /**
       * Last day on which the licence is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone.
       */
      validUntil: string
    }
    /**
     * Liability insurance of the kitchen; null when there is none.
     */
    insurance: {
      /**
       * Policy number as the insurer wrote it.
       */
      policyNumber: string
      /**
       * First day on which the insurance is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone.
       */
      validFrom: string
      /**
       * Last day on which the insurance is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone.
       */
      validUntil: string
    } | null
    /**
     * Version of the kitchen: 1 when registered, one more with each change. Equals the envelope's `sequence`.
     */
    version: number
  }[]
}

/** One page of the kitchens as they are now, for the service that asked. */
export const KitchensRepublishedV1: Contract<KitchensRepublishedV1Data> = {
  "type": "listing.kitchens-republished.v1",
  "kind": "event",
  "context": "listing",
  "version": 1,
  "topic": "prep.listing.events",
  "dataschema": "https://contracts.prep.dev/listing/kitchens-republished/v1",
  "schema": {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://contracts.prep.dev/listing/kitchens-republished/v1",
    "title": "KitchensRepublished",
    "description": "One page of the kitchens as they are now, for the service that asked.",
    "x-message": {
      "type": "listing.kitchens-republished.v1",
      "kind": "event"
    },
    "type": "object",
    "additionalProperties": false,
    "required": [
      "rebuildId",
      "requestedBy",
      "after",
      "next",
      "kitchens"
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
        "description": "Position that was asked for; null for the first page."
      },
      "next": {
        "type": [
          "string",
          "null"
        ],
        "format": "uuid",
        "description": "Position to ask for next; null when this was the last page."
      },
      "kitchens": {
        "type": "array",
        "maxItems": 50,
        "description": "Kitchens in the order of their ids, each whole as in `listing.kitchen-changed.v1`.",
        "items": {
          "type": "object",
          "description": "A kitchen as it is now.",
          "additionalProperties": false,
          "required": [
            "kitchenId",
            "name",
            "timeZone",
            "hourlyRateMinor",
            "currency",
            "capacity",
            "licence",
            "insurance",
            "version"
          ],
          "properties": {
            "kitchenId": {
              "type": "string",
              "format": "uuid",
              "description": "The kitchen; also the envelope's `subject`. UUIDv7."
            },
            "name": {
              "type": "string",
              "minLength": 1,
              "maxLength": 200,
              "description": "Kitchen's name as shown to customers."
            },
            "timeZone": {
              "type": "string",
              "pattern": "^[A-Za-z0-9_+/-]+$",
              "minLength": 1,
              "maxLength": 64,
              "description": "IANA time zone of the kitchen, for showing times to people. For example `Europe/Berlin`."
            },
            "hourlyRateMinor": {
              "type": "integer",
              "minimum": 0,
              "maximum": 9007199254740991,
              "description": "Price of one hour. In minor units of `currency` (cents for USD)."
            },
            "currency": {
              "type": "string",
              "pattern": "^[A-Z]{3}$",
              "description": "Currency of the amount: ISO 4217 code in capitals."
            },
            "capacity": {
              "type": "integer",
              "minimum": 1,
              "maximum": 10000,
              "description": "Most people allowed in the kitchen at once. Persons."
            },
            "licence": {
              "type": "object",
              "description": "Food business licence of the kitchen.",
              "additionalProperties": false,
              "required": [
                "number",
                "validFrom",
                "validUntil"
              ],
              "properties": {
                "number": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 100,
                  "description": "Licence number as the authority wrote it."
                },
                "validFrom": {
                  "type": "string",
                  "format": "date",
                  "description": "First day on which the licence is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone."
                },
                "validUntil": {
                  "type": "string",
                  "format": "date",
                  "description": "Last day on which the licence is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone."
                }
              }
            },
            "insurance": {
              "description": "Liability insurance of the kitchen; null when there is none.",
              "type": [
                "object",
                "null"
              ],
              "additionalProperties": false,
              "required": [
                "policyNumber",
                "validFrom",
                "validUntil"
              ],
              "properties": {
                "policyNumber": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 100,
                  "description": "Policy number as the insurer wrote it."
                },
                "validFrom": {
                  "type": "string",
                  "format": "date",
                  "description": "First day on which the insurance is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone."
                },
                "validUntil": {
                  "type": "string",
                  "format": "date",
                  "description": "Last day on which the insurance is valid, inclusive. Calendar date `YYYY-MM-DD` in the kitchen's own time zone."
                }
              }
            },
            "version": {
              "type": "integer",
              "minimum": 1,
              "description": "Version of the kitchen: 1 when registered, one more with each change. Equals the envelope's `sequence`."
            }
          }
        }
      }
    }
  }
}
