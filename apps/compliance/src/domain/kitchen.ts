/** What compliance knows of a kitchen. Days are calendar days `YYYY-MM-DD` in the kitchen's own time zone. */
export interface Kitchen {
  readonly kitchenId: string
  /** IANA time zone, `Europe/Berlin`. */
  readonly timeZone: string
  /** Most people allowed at once. */
  readonly capacity: number
  readonly licence: KitchenDocument & { readonly number: string }
  readonly insurance: (KitchenDocument & { readonly policyNumber: string }) | null
  /** Version of the kitchen these facts are from. */
  readonly version: number
}

/** A paper with a validity; both days are included. */
export interface KitchenDocument {
  readonly validFrom: string
  readonly validUntil: string
}
