import { Inject, Injectable } from '@nestjs/common'
import { Database, TransactionGroups, type Tx, whereGiven } from '@prep/persistence'
import { type Message, type MessageKind } from '../domain/message.ts'

/** A message as it is kept. */
export interface KeptMessage extends Message {
  readonly status: 'stored' | 'sent'
  readonly createdAt: Date
  readonly sentAt: Date | null
}

/** Which messages to list; `before` is the id of the last one already seen. */
export interface MessageSelection {
  readonly bookingId?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

interface MessageRow {
  id: string
  booking_id: string
  kind: MessageKind
  recipient_name: string
  recipient_email: string
  subject: string
  body: string
  status: 'stored' | 'sent'
  created_at: Date
  sent_at: Date | null
}

const COLUMNS = 'id, booking_id, kind, recipient_name, recipient_email, subject, body, status, created_at, sent_at'

/** The messages made: one for each booking and kind. */
@Injectable()
export class MessageRepository {
  readonly #database: Database
  readonly #groups: TransactionGroups

  constructor(@Inject(Database) database: Database, @Inject(TransactionGroups) groups: TransactionGroups) {
    this.#database = database
    this.#groups = groups
  }

  /**
   * Keeps a message, before it is sent, unless this booking has one of its kind; gives the one that stands.
   * So a second attempt sends the same text with the same id.
   */
  async keep(message: Message): Promise<KeptMessage> {
    const { id, bookingId, kind, recipient, subject, body } = message
    // The update changes nothing: it is what gives the row that was there before.
    const rows = await this.#groups.run(bookingId, (tx) =>
      tx.query<MessageRow>(
        `INSERT INTO message AS kept (id, booking_id, kind, recipient_name, recipient_email, subject, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (booking_id, kind) DO UPDATE SET kind = kept.kind RETURNING ${COLUMNS}`,
        [id, bookingId, kind, recipient.name, recipient.email, subject, body],
      ),
    )
    return toMessage(rows[0]!)
  }

  markSent(tx: Tx, id: string): void {
    tx.send("UPDATE message SET status = 'sent', sent_at = now() WHERE id = $1 AND status = 'stored'", [id])
  }

  /** Newest first; at most `limit`. */
  async list({ bookingId, before, limit }: MessageSelection): Promise<KeptMessage[]> {
    const { where, params } = whereGiven({ 'booking_id = ?': bookingId, 'id < ?': before })
    const rows = await this.#database.query<MessageRow>(
      `SELECT ${COLUMNS} FROM message ${where} ORDER BY id DESC LIMIT $${params.push(limit)}`,
      params,
    )
    return rows.map(toMessage)
  }
}

function toMessage(row: MessageRow): KeptMessage {
  return {
    id: row.id,
    bookingId: row.booking_id,
    kind: row.kind,
    recipient: { name: row.recipient_name, email: row.recipient_email },
    subject: row.subject,
    body: row.body,
    status: row.status,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }
}
