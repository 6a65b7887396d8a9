import {
  type Contract, PaymentAuthorizedV1, PaymentCapturedV1, PaymentCaptureFailedV1, type PaymentCaptureFailedV1Data, PaymentDeclinedV1,
  type PaymentDeclinedV1Data, PaymentRefundedV1, PaymentRefundFailedV1, type PaymentRefundFailedV1Data, PaymentVoidedV1,
} from '@prep/contracts'
import { type Outbox, type OutgoingMessage } from '@prep/messaging'
import { logger } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { type Payment, type Reason } from '../domain/payment.ts'

/** An event that answers a command: puts itself into the outbox. */
export type Answer = (outbox: Outbox, tx: Tx) => Promise<string>

export async function publish(outbox: Outbox, tx: Tx, answer: Answer): Promise<void> {
  await answer(outbox, tx)
}

/** What an authorize command is answered with, by what became of the payment; the same however often it is asked. */
export function answerToAuthorize(payment: Payment): Answer {
  switch (payment.state) {
    case 'authorizing':
      throw new Error(`Payment ${payment.paymentId} has no outcome yet.`)
    case 'declined':
      return declineAnswer(payment, payment.reason ?? UNTOLD, true)
    case 'voiding':
    case 'voided':
      return declineAnswer(payment, VOIDED, payment.state === 'voided')
    default:
      return say(PaymentAuthorizedV1, payment, {
        paymentId: payment.paymentId, bookingId: payment.bookingId, ...moneyOf(payment), ...referenceOf(payment),
        authorizedUntil: (payment.authorizedUntil as Date).toISOString(),
      })
  }
}

const VOIDED = { code: 'voided', detail: 'The payment was given up before it was asked for.' }
const UNTOLD = { code: 'card_declined', detail: 'No reason was given.' }
const UNTOLD_FAILURE = { code: 'invalid_request', detail: 'No reason was given.' }

/** @param outcomeKnown false when something may be reserved all the same, so that a void must follow */
export function declineAnswer(payment: Payment, reason: Reason, outcomeKnown: boolean): Answer {
  const reasonCode = reason.code as PaymentDeclinedV1Data['reasonCode']
  return say(PaymentDeclinedV1, payment, {
    paymentId: payment.paymentId, bookingId: payment.bookingId, reasonCode, detail: reason.detail, outcomeKnown,
  })
}

export function answerToVoid(payment: Payment): Answer {
  const paymentId = payment.terms === null ? null : payment.paymentId
  return say(PaymentVoidedV1, payment, { bookingId: payment.bookingId, paymentId, hadAuthorization: payment.hadAuthorization })
}

export function answerToCapture(payment: Payment): Answer {
  if (payment.state === 'capture-failed') return captureFailedAnswer(payment.bookingId, payment, payment.reason ?? UNTOLD_FAILURE)
  return say(PaymentCapturedV1, payment, {
    paymentId: payment.paymentId, bookingId: payment.bookingId, ...moneyOf(payment), amountMinor: payment.captureMinor ?? 0,
    ...referenceOf(payment),
  })
}

export function captureFailedAnswer(bookingId: string, payment: Payment | null, reason: Reason): Answer {
  const data: PaymentCaptureFailedV1Data = { paymentId: payment?.paymentId ?? null, bookingId, reasonCode: reason.code, detail: reason.detail }
  return sayOf(PaymentCaptureFailedV1, { data, subject: bookingId, ...sequenceOf(payment) })
}

export function answerToRefund(payment: Payment): Answer {
  if (payment.state === 'refund-failed') return refundFailedAnswer(payment.bookingId, payment, payment.reason ?? UNTOLD_FAILURE)
  return say(PaymentRefundedV1, payment, {
    paymentId: payment.paymentId, bookingId: payment.bookingId, refundId: payment.refundId ?? '', ...moneyOf(payment),
    amountMinor: payment.refundMinor ?? 0, providerReference: payment.refundReference ?? '',
  })
}

export function refundFailedAnswer(bookingId: string, payment: Payment | null, reason: Reason): Answer {
  const data: PaymentRefundFailedV1Data = { paymentId: payment?.paymentId ?? null, bookingId, reasonCode: reason.code, detail: reason.detail }
  return sayOf(PaymentRefundFailedV1, { data, subject: bookingId, ...sequenceOf(payment) })
}

function say<T>(contract: Contract<T>, payment: Payment, data: T): Answer {
  return sayOf(contract, { data, subject: payment.bookingId, sequence: payment.version })
}

function sayOf<T>(contract: Contract<T>, message: OutgoingMessage<T>): Answer {
  return (outbox, tx) => {
    const fields = { booking_id: message.subject, event_type: contract.type, reason_code: (message.data as { reasonCode?: string }).reasonCode }
    tx.onCommit(() => logger().info(fields, 'a payment command was answered'))
    return outbox.publish(tx, contract, message)
  }
}

function sequenceOf(payment: Payment | null): { sequence?: number } {
  return payment === null ? {} : { sequence: payment.version }
}

function moneyOf(payment: Payment): { amountMinor: number; currency: string } {
  return { amountMinor: payment.terms?.amountMinor ?? 0, currency: payment.terms?.currency ?? '' }
}

function referenceOf(payment: Payment): { provider: string; providerReference: string } {
  return { provider: payment.provider ?? '', providerReference: payment.providerReference ?? '' }
}
