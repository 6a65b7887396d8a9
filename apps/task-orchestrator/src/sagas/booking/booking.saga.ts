import {
  AuthorizePaymentV1,
  BookingConfirmedV1,
  BookingRejectedV1,
  BookingRequestedV1,
  CapturePaymentV1,
  CheckComplianceV1,
  ComplianceApprovedV1,
  ComplianceRejectedV1,
  ComplianceReviewRequestedV1,
  ConfirmBookingV1,
  HoldExpiredV1,
  HoldSlotV1,
  PaymentAuthorizedV1,
  PaymentCapturedV1,
  PaymentCaptureFailedV1,
  PaymentDeclinedV1,
  PaymentVoidedV1,
  RejectBookingV1,
  ReleaseSlotV1,
  SlotHeldV1,
  SlotReleasedV1,
  SlotTakenV1,
  VoidPaymentV1,
} from '@prep/contracts'
import { attempts, earlier, later, saga, send, undo, until, waitFor, when, whenRefused } from '@prep/saga'
import { type BookingSagaState, stateOf } from './booking.state.ts'
import { captureFailed, complianceRejected, declined, holdExpired, slotTaken } from './refusals.ts'

/**
 * From a request to a confirmed and paid booking, or back to nothing held and nothing reserved.
 *
 * The time-outs are for a participant that is away, not for one that is busy. With 30 s a minute of twice the load that
 * the platform can carry turned nearly every booking back: by then each answer came too late, and undoing is work too.
 */
export const bookingSaga = saga<BookingSagaState>('booking', 1)
  .startedBy(BookingRequestedV1, { key: request => request.bookingId, state: stateOf })

  .step('request', {
    compensate: undo(RejectBookingV1, ({ bookingId }, { failure }) => ({ bookingId, reasonCode: failure.reasonCode, detail: failure.detail }), {
      answeredBy: BookingRejectedV1,
    }),
  })

  .step('hold-slot', {
    // Held longer than the saga can take to its pivot; the margin is for messages on their way.
    invoke: send(HoldSlotV1, ({ bookingId }, { pivotDeadline }) => ({ bookingId, heldUntil: later(pivotDeadline, '10m').toISOString() })),
    timeout: '2m',
    onReply: [when(SlotHeldV1)],
    onRejected: [whenRefused(SlotTakenV1, slotTaken)],
    compensate: undo(ReleaseSlotV1, ({ bookingId }, { failure }) => ({ bookingId, reason: failure.reasonCode }), { answeredBy: SlotReleasedV1 }),
  })

  .step('check-compliance', {
    invoke: send(CheckComplianceV1, ({ bookingId, kitchenId, startsAt, endsAt, attendees }) => ({
      bookingId,
      kitchenId,
      startsAt,
      endsAt,
      attendees,
    })),
    timeout: '2m',
    onReply: [when(ComplianceApprovedV1)],
    onRejected: [whenRefused(ComplianceRejectedV1, complianceRejected)],
    mayWaitFor: [waitFor(ComplianceReviewRequestedV1, '72h')],
  })

  .step('authorize', {
    invoke: send(AuthorizePaymentV1, ({ bookingId, amountMinor, currency, paymentMethod }) => ({ bookingId, amountMinor, currency, paymentMethod })),
    timeout: '2m',
    onReply: [when(PaymentAuthorizedV1, (state, { authorizedUntil }) => ({ ...state, authorizedUntil }))],
    onRejected: [whenRefused(PaymentDeclinedV1, declined)],
    compensate: undo(VoidPaymentV1, ({ bookingId }, { failure }) => ({ bookingId, reason: failure.reasonCode }), { answeredBy: PaymentVoidedV1 }),
  })

  .step('confirm', {
    // Whether a booking is confirmed is never guessed: it is asked again until booking says so.
    invoke: send(ConfirmBookingV1, ({ bookingId }) => ({ bookingId })),
    timeout: '1m',
    retry: attempts(10),
    onReply: [when(BookingConfirmedV1)],
    onRejected: [whenRefused(HoldExpiredV1, holdExpired)],
    pivot: 'when accepted',
  })

  .step('capture', {
    invoke: send(CapturePaymentV1, ({ bookingId, amountMinor, currency }) => ({ bookingId, amountMinor, currency })),
    timeout: '2m',
    retry: until(lastMomentToCapture),
    onReply: [when(PaymentCapturedV1)],
    onRejected: [whenRefused(PaymentCaptureFailedV1, captureFailed)],
  })

/** An hour before the reservation of the money ends. */
function lastMomentToCapture({ authorizedUntil }: BookingSagaState): Date {
  return earlier(new Date(authorizedUntil ?? 0), '1h')
}
