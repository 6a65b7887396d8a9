import { AuthorizePaymentV1, CapturePaymentV1, CheckComplianceV1, ConfirmBookingV1, HoldSlotV1, RejectBookingV1, ReleaseSlotV1, VoidPaymentV1 } from '@prep/contracts'
import { given, type Story } from '@prep/saga/testing'
import {
  approved, aRequest, authorized, captured, confirmed, declined, rejected, reviewRequested, slotHeld, slotReleased, slotTaken, voided,
} from './booking.fixture.ts'
import { bookingSaga } from './booking.saga.ts'

const checked = () =>
  given(bookingSaga).startedWith(aRequest()).expectCommand(HoldSlotV1).reply(slotHeld()).expectCommand(CheckComplianceV1).reply(approved())

/** Whole lives of a booking. Their histories are recorded under histories/ and must replay for ever. */
export const stories: Record<string, () => Story> = {
  confirmed: () =>
    checked().expectCommand(AuthorizePaymentV1).reply(authorized()).expectCommand(ConfirmBookingV1).reply(confirmed())
      .expectCommand(CapturePaymentV1).reply(captured()).expectCompleted(),

  'slot-taken': () =>
    given(bookingSaga).startedWith(aRequest()).expectCommand(HoldSlotV1).reply(slotTaken())
      .expectCommand(RejectBookingV1).reply(rejected()).expectCompensated(),

  'declined-outcome-unknown': () =>
    checked().expectCommand(AuthorizePaymentV1).reply(declined('provider_unavailable', false)).expectCommand(VoidPaymentV1).reply(voided())
      .expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected()).expectCompensated(),

  'review-times-out': () =>
    given(bookingSaga).startedWith(aRequest()).expectCommand(HoldSlotV1).reply(slotHeld()).expectCommand(CheckComplianceV1).reply(reviewRequested())
      .timeOut('check-compliance').expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected()).expectCompensated(),

  'late-authorization': () =>
    checked().expectCommand(AuthorizePaymentV1).timeOut('authorize').expectCommand(VoidPaymentV1).undoTimesOut('authorize')
      .expectCommand(VoidPaymentV1).reply(voided()).expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected())
      .expectCompensated().late(AuthorizePaymentV1, authorized()).expectCommand(VoidPaymentV1).reply(voided()).expectCompensated(),

  'asked-again': () =>
    checked().expectCommand(AuthorizePaymentV1).reply(authorized()).expectCommand(ConfirmBookingV1).timeOut('confirm')
      .expectCommand(ConfirmBookingV1).reply(confirmed()).expectCommand(CapturePaymentV1).timeOut('capture').expectCommand(CapturePaymentV1)
      .reply(captured()).again().expectCompleted(),
}
