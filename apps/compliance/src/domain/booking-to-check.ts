/** What is asked about: who wants which kitchen, when, with how many people. */
export interface BookingToCheck {
  readonly bookingId: string
  readonly kitchenId: string
  /** RFC 3339 in UTC, inclusive. */
  readonly startsAt: string
  /** RFC 3339 in UTC, exclusive. */
  readonly endsAt: string
  readonly attendees: number
}
