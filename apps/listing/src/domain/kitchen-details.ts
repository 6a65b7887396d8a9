/** From and until a calendar day in the kitchen's own time zone, `YYYY-MM-DD`, both included. */
export interface Validity {
  validFrom: string
  validUntil: string
}

export interface Licence extends Validity {
  number: string
}

export interface Insurance extends Validity {
  policyNumber: string
}

/** What an owner says of a kitchen. */
export interface KitchenDetails {
  name: string
  /** IANA time zone, for example `Europe/Berlin`. */
  timeZone: string
  /** Price of one hour, in minor units of `currency`. */
  hourlyRateMinor: number
  /** ISO 4217. */
  currency: string
  /** Most people at once. */
  capacity: number
  licence: Licence
  insurance: Insurance | null
}

/** The aggregate. `version` is 1 when registered and one more with each change. */
export interface Kitchen {
  readonly id: string
  readonly version: number
  readonly details: KitchenDetails
  readonly registeredAt: Date
  readonly changedAt: Date
}
