import { Injectable } from '@nestjs/common'
import { type Database, type Tx, whereGiven } from '@prep/persistence'
import { type Payment } from '../domain/payment.ts'
import { type PaymentState } from '../domain/payment-state.ts'

/** A row of `payments` as the driver gives it: 64 bit numbers are text. */
interface PaymentRow {
  booking_id: string
  payment_id: string
  state: PaymentState
  version: number
  amount_minor: string | null
  currency: string | null
  payment_method: string | null
  provider: string | null
  provider_reference: string | null
  authorized_until: Date | null
  reason_code: string | null
  reason_detail: string | null
  had_authorization: boolean
  capture_minor: string | null
  refund_minor: string | null
  refund_id: string | null
  refund_reference: string | null
}

const COLUMNS = `booking_id, payment_id, state, version, amount_minor, currency, payment_method, provider, provider_reference,
  authorized_until, reason_code, reason_detail, had_authorization, capture_minor, refund_minor, refund_id, refund_reference`

export interface PaymentFilter {
  readonly bookingId?: string | undefined
  readonly state?: PaymentState | undefined
  /** Only payments with a smaller id, which is an older one. */
  readonly olderThan?: string | undefined
  readonly limit: number
}

/** The payments, one a booking. What decides on a payment locks it first. */
@Injectable()
export class PaymentStore {
  /** The booking's payment, locked until the transaction ends; null when there is none. */
  async lock(tx: Tx, bookingId: string): Promise<Payment | null> {
    const rows = await tx.query<PaymentRow>(`SELECT ${COLUMNS} FROM payments WHERE booking_id = $1 FOR UPDATE`, [bookingId])
    return rows[0] === undefined ? null : paymentOf(rows[0])
  }

  /** As `lock`, for a payment that an earlier transaction has seen. */
  async lockStored(tx: Tx, bookingId: string): Promise<Payment> {
    const payment = await this.lock(tx, bookingId)
    if (payment === null) throw new Error(`The payment of booking ${bookingId} was stored before and is gone.`)
    return payment
  }

  /** Stores the booking's first state; false when another transaction was faster: then lock and decide again. */
  async insert(tx: Tx, payment: Payment): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO payments (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
       ON CONFLICT (booking_id) DO NOTHING RETURNING booking_id`,
      valuesOf(payment),
    )
    return rows.length === 1
  }

  /** Stores what a locked payment became. */
  update(tx: Tx, payment: Payment): void {
    tx.send(
      `UPDATE payments SET (${COLUMNS}) = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17),
       updated_at = clock_timestamp() WHERE booking_id = $1`,
      valuesOf(payment),
    )
  }

  /** Newest first, without locking. */
  async list(database: Pick<Database, 'query'>, filter: PaymentFilter): Promise<Payment[]> {
    const { where, params } = whereGiven({ 'booking_id = ?': filter.bookingId, 'state = ?': filter.state, 'payment_id < ?': filter.olderThan })
    const rows = await database.query<PaymentRow>(`SELECT ${COLUMNS} FROM payments ${where} ORDER BY payment_id DESC LIMIT $${params.push(filter.limit)}`, params)
    return rows.map(paymentOf)
  }
}

function valuesOf(payment: Payment): unknown[] {
  const { terms, reason } = payment
  return [
    payment.bookingId, payment.paymentId, payment.state, payment.version, terms?.amountMinor ?? null, terms?.currency ?? null,
    terms?.paymentMethod ?? null, payment.provider, payment.providerReference, payment.authorizedUntil, reason?.code ?? null,
    reason?.detail ?? null, payment.hadAuthorization, payment.captureMinor, payment.refundMinor, payment.refundId, payment.refundReference,
  ]
}

function paymentOf(row: PaymentRow): Payment {
  return {
    paymentId: row.payment_id,
    bookingId: row.booking_id,
    state: row.state,
    version: row.version,
    terms: row.amount_minor === null || row.currency === null || row.payment_method === null
      ? null
      : { amountMinor: Number(row.amount_minor), currency: row.currency, paymentMethod: row.payment_method },
    provider: row.provider,
    providerReference: row.provider_reference,
    authorizedUntil: row.authorized_until,
    reason: row.reason_code === null ? null : { code: row.reason_code, detail: row.reason_detail ?? '' },
    hadAuthorization: row.had_authorization,
    captureMinor: numberOf(row.capture_minor),
    refundMinor: numberOf(row.refund_minor),
    refundId: row.refund_id,
    refundReference: row.refund_reference,
  }
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text)
}
