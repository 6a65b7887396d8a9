import { Inject, Injectable } from '@nestjs/common'
import { SagaEndedV1 } from '@prep/contracts'
import { Database, type Tx } from '@prep/persistence'
import { ProgressBell } from './progress-bell.ts'

/** One thing that happened about a booking. */
export interface ProgressEntry {
  readonly eventId: string
  readonly type: string
  readonly source: string
  readonly sagaStep: string | null
  readonly occurredAt: Date
  /** The event's data without its personal fields. */
  readonly data: unknown
}

export interface NumberedEntry extends ProgressEntry {
  /** 1, 2, 3 ... for each booking, without gaps; never changes once it was given. */
  readonly seq: number
}

interface NewRow {
  booking_id: string
  event_id: string
  type: string
  source: string
  saga_step: string | null
  occurred_at: Date
  data: unknown
}

interface ProgressRow extends Omit<NewRow, 'booking_id'> {
  seq: number
}

/* By a subquery, not by a join: whatever the planner knows of the table, it looks bookings up by their ids. */
const INSERT = `
  INSERT INTO booking_progress (booking_id, event_id, type, source, saga_step, occurred_at, data)
  SELECT *
  FROM jsonb_to_recordset($1) AS e(booking_id uuid, event_id uuid, type text, source text, saga_step text, occurred_at timestamptz, data jsonb)
  WHERE (SELECT true FROM booking WHERE id = e.booking_id)
  ON CONFLICT DO NOTHING`

/**
 * The table `booking_progress`. Deliveries append without a number and without a lock, because lanes of several
 * topics write about the same bookings at once and would deadlock over a counter. Who reads first numbers what is
 * committed by then, under a lock for that booking: so a number is given once, after the commit, and a reader that has
 * seen n never misses a smaller one.
 */
@Injectable()
export class ProgressLog {
  readonly #database: Database
  readonly #bell: ProgressBell
  /** What a transaction appends is one statement. */
  readonly #kept = new WeakMap<Tx, NewRow[]>()

  constructor(@Inject(Database) database: Database, @Inject(ProgressBell) bell: ProgressBell) {
    this.#database = database
    this.#bell = bell
  }

  /** Appends once per event, with the commit; nothing when the booking is not known here. */
  append(tx: Tx, bookingId: string, entry: ProgressEntry): void {
    tx.onCommit(() => this.#bell.ring(bookingId))
    const { eventId, type, source, sagaStep, occurredAt, data } = entry
    const row = { booking_id: bookingId, event_id: eventId, type, source, saga_step: sagaStep, occurred_at: occurredAt, data }
    const kept = this.#kept.get(tx)
    if (kept) {
      kept.push(row)
      return
    }
    const entries = [row]
    this.#kept.set(tx, entries)
    tx.beforeCommit(() => tx.execute(INSERT, [JSON.stringify(entries)]))
  }

  /** What has passed since entry `seq` (0: everything), in order. */
  async after(bookingId: string, seq: number): Promise<NumberedEntry[]> {
    const rows = await this.#database.query<ProgressRow>('SELECT * FROM booking_progress_after($1, $2)', [
      bookingId,
      seq,
    ])
    return rows.map(entryFrom)
  }

  /** Whether the process of this booking had ended by entry `seq`. */
  async endedBy(bookingId: string, seq: number): Promise<boolean> {
    const ended = await this.#database.query(
      'SELECT 1 FROM booking_progress WHERE booking_id = $1 AND seq <= $2 AND type = $3',
      [bookingId, seq, SagaEndedV1.type],
    )
    return ended.length > 0
  }
}

function entryFrom(row: ProgressRow): NumberedEntry {
  return {
    seq: row.seq,
    eventId: row.event_id,
    type: row.type,
    source: row.source,
    sagaStep: row.saga_step,
    occurredAt: row.occurred_at,
    data: row.data,
  }
}
