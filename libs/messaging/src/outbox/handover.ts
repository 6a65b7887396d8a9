/** A row of the outbox on its way out. */
export interface OutboxRow {
  /** bigint as text, given by the database */
  readonly id: string
  readonly shard: number
  readonly component: string
  readonly topic: string
  readonly key: string
  /** The CloudEvent as JSON text, sent as it is. */
  readonly payload: string
  /** of the payload, in bytes */
  readonly size: number
  readonly attempts: number
}

/** What the relay knew when a row was written. */
export interface Ticket {
  /** Rises whenever the relay forgets something: what was found out before proves nothing any more. */
  readonly generation: number
  /** Nothing up to this id waits to be sent (bigint as text). */
  readonly lowWater: string
}

/** A row with the one before it. */
export interface HandedRow {
  readonly row: OutboxRow
  /** Id of the newest row of the same topic and key that the insert saw; null: none waits. */
  readonly before: string | null
}

/** The way from a commit to this process's relay, past the table. */
export interface Handover {
  /** undefined: write the rows only; the relay would not take them from hand. */
  ticket(topics: readonly string[]): Ticket | undefined
  /** Rows that were just committed. Never throws. */
  hand(rows: readonly HandedRow[], ticket: Ticket): void
  /** Rows of these topics were just committed and not handed over. Never throws. */
  wake(topics: readonly string[]): void
}

/** For those who only write: their rows are found by whoever relays. */
export const noHandover: Handover = { ticket: () => undefined, hand: () => undefined, wake: () => undefined }
