import type { BookingRequest } from './client.ts'

const hour = 3_600_000

/** Gives out one-hour slots of the kitchens in turn, from tomorrow on, none twice. */
export class Slots {
  readonly #kitchens: readonly string[]
  readonly #first: number
  #given = 0

  constructor(kitchens: readonly string[]) {
    this.#kitchens = kitchens
    this.#first = Math.ceil(Date.now() / (24 * hour)) * 24 * hour + 24 * hour
  }

  /** A request for a slot that nobody else was given. */
  next(changes: Partial<BookingRequest> = {}): BookingRequest {
    const index = this.#given
    this.#given += 1
    const starts = this.#first + Math.floor(index / this.#kitchens.length) * hour
    return {
      kitchen_id: this.#kitchens[index % this.#kitchens.length] as string,
      starts_at: new Date(starts).toISOString(),
      ends_at: new Date(starts + hour).toISOString(),
      attendees: 4,
      payment_method: 'pm_card_visa',
      customer: { name: 'Ada Baker', email: 'ada@example.com' },
      ...changes,
    }
  }
}
