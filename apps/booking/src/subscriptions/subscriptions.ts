import { OnBookingConfirmed } from './on-booking-confirmed.handler.ts'
import { OnBookingRejected } from './on-booking-rejected.handler.ts'
import { OnBookingRequested } from './on-booking-requested.handler.ts'
import { OnComplianceApproved } from './on-compliance-approved.handler.ts'
import { OnComplianceRejected } from './on-compliance-rejected.handler.ts'
import { OnComplianceReviewRequested } from './on-compliance-review-requested.handler.ts'
import { OnConfirm } from './on-confirm.handler.ts'
import { OnHoldExpired } from './on-hold-expired.handler.ts'
import { OnHoldSlot } from './on-hold-slot.handler.ts'
import { OnKitchenChanged } from './on-kitchen-changed.handler.ts'
import { OnKitchenRegistered } from './on-kitchen-registered.handler.ts'
import { OnKitchensRepublished } from './on-kitchens-republished.handler.ts'
import { OnPaymentAuthorized } from './on-payment-authorized.handler.ts'
import { OnPaymentCaptureFailed } from './on-payment-capture-failed.handler.ts'
import { OnPaymentCaptured } from './on-payment-captured.handler.ts'
import { OnPaymentDeclined } from './on-payment-declined.handler.ts'
import { OnPaymentRefundFailed } from './on-payment-refund-failed.handler.ts'
import { OnPaymentRefunded } from './on-payment-refunded.handler.ts'
import { OnPaymentVoided } from './on-payment-voided.handler.ts'
import { OnReject } from './on-reject.handler.ts'
import { OnReleaseSlot } from './on-release-slot.handler.ts'
import { OnSagaEnded } from './on-saga-ended.handler.ts'
import { OnSlotHeld } from './on-slot-held.handler.ts'
import { OnSlotReleased } from './on-slot-released.handler.ts'
import { OnSlotTaken } from './on-slot-taken.handler.ts'

/** Every handler of a message in this service. */
export const subscriptions = [
  OnBookingConfirmed,
  OnBookingRejected,
  OnBookingRequested,
  OnComplianceApproved,
  OnComplianceRejected,
  OnComplianceReviewRequested,
  OnConfirm,
  OnHoldExpired,
  OnHoldSlot,
  OnKitchenChanged,
  OnKitchenRegistered,
  OnKitchensRepublished,
  OnPaymentAuthorized,
  OnPaymentCaptureFailed,
  OnPaymentCaptured,
  OnPaymentDeclined,
  OnPaymentRefundFailed,
  OnPaymentRefunded,
  OnPaymentVoided,
  OnReject,
  OnReleaseSlot,
  OnSagaEnded,
  OnSlotHeld,
  OnSlotReleased,
  OnSlotTaken,
]
