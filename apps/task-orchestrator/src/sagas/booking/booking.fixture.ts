import {
  BookingConfirmedV1,
  BookingRejectedV1,
  BookingRequestedV1,
  ComplianceApprovedV1,
  ComplianceRejectedV1,
  ComplianceReviewRequestedV1,
  HoldExpiredV1,
  PaymentAuthorizedV1,
  PaymentCapturedV1,
  PaymentCaptureFailedV1,
  type PaymentDeclinedV1Data,
  PaymentDeclinedV1,
  PaymentVoidedV1,
  SlotHeldV1,
  SlotReleasedV1,
  SlotTakenV1,
} from '@prep/contracts'
import { told } from '@prep/saga/testing'

// The messages of one booking's story. All of them are about the same booking.

export const bookingId = '0190a000-0000-7000-8000-000000000001'
const kitchenId = '0190a000-0000-7000-8000-000000000002'
const paymentId = '0190a000-0000-7000-8000-000000000003'
const slot = { kitchenId, startsAt: '2030-02-01T09:00:00Z', endsAt: '2030-02-01T13:00:00Z' }
const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
const kitchen = { kitchenName: 'Harbour Kitchen', timeZone: 'Europe/Lisbon' }
const price = { amountMinor: 18_000, currency: 'EUR' }
const ruleSet = 'kitchen-2026-01.v1'
const provider = { provider: 'stripe', providerReference: 'pi_1' }

export const aRequest = (id = bookingId) =>
  told(BookingRequestedV1, {
    bookingId: id, ...slot, attendees: 12, ...price, paymentMethod: 'pm_card_visa', customer, requestedAt: '2030-01-01T12:00:00Z',
  })

export const slotHeld = () => told(SlotHeldV1, { bookingId, ...slot, heldUntil: '2030-01-05T00:00:00Z' })
export const slotTaken = () => told(SlotTakenV1, { bookingId, ...slot })
export const slotReleased = () => told(SlotReleasedV1, { bookingId, reason: 'undone' })

export const approved = () => told(ComplianceApprovedV1, { bookingId, kitchenId, ruleSet, checks: [{ rule: 'licence-valid', outcome: 'pass' }] })
const reasons = [{ rule: 'insurance-present', detail: 'The kitchen has no insurance.' }]
export const complianceRejected = () => told(ComplianceRejectedV1, { bookingId, kitchenId, ruleSet, reasons })
export const reviewRequested = () => told(ComplianceReviewRequestedV1, { bookingId, kitchenId, ruleSet, reasons })

export const authorized = () => told(PaymentAuthorizedV1, { paymentId, bookingId, ...price, ...provider, authorizedUntil: '2030-01-08T12:00:00Z' })
export const declined = (reasonCode: PaymentDeclinedV1Data['reasonCode'], outcomeKnown = true) =>
  told(PaymentDeclinedV1, { paymentId, bookingId, reasonCode, detail: 'The card was not accepted.', outcomeKnown })
export const voided = () => told(PaymentVoidedV1, { bookingId, paymentId, hadAuthorization: true })
export const captured = () => told(PaymentCapturedV1, { paymentId, bookingId, ...price, ...provider })
export const captureFailed = () =>
  told(PaymentCaptureFailedV1, { paymentId, bookingId, reasonCode: 'authorization_expired', detail: 'The reservation is gone.' })

export const confirmed = () => told(BookingConfirmedV1, { bookingId, ...slot, ...kitchen, ...price, customer })
export const holdExpired = () => told(HoldExpiredV1, { bookingId })
export const rejected = () =>
  told(BookingRejectedV1, { bookingId, ...slot, ...kitchen, reasonCode: 'slot_taken', detail: 'Another booking has this slot.', customer })
