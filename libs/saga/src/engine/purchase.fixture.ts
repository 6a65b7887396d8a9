import {
  AuthorizePaymentV1, BookingRequestedV1, type BookingRequestedV1Data, HoldSlotV1, PaymentAuthorizedV1, PaymentDeclinedV1, PaymentVoidedV1,
  ReleaseSlotV1, SlotHeldV1, SlotReleasedV1, SlotTakenV1, VoidPaymentV1,
} from '@prep/contracts'
import { type Duration, saga, type SagaDefinition, send, undo, when, whenRefused } from '../index.ts'

interface PurchaseState {
  readonly bookingId: string
  readonly amountMinor: number
  readonly currency: string
  readonly paymentMethod: string
}

const stateOf = ({ bookingId, amountMinor, currency, paymentMethod }: BookingRequestedV1Data): PurchaseState => ({
  bookingId, amountMinor, currency, paymentMethod,
})

/** A small saga for the engine's own tests: hold, then authorize; both can be undone, there is no pivot. */
export const purchase = (timeout: Duration = '30s', version = 1): SagaDefinition<PurchaseState> =>
  saga<PurchaseState>('purchase', version)
    .startedBy(BookingRequestedV1, { key: request => request.bookingId, state: stateOf })
    .step('hold', {
      invoke: send(HoldSlotV1, ({ bookingId }, { pivotDeadline }) => ({ bookingId, heldUntil: pivotDeadline.toISOString() })),
      timeout,
      onReply: [when(SlotHeldV1)],
      onRejected: [whenRefused(SlotTakenV1, () => ({ reasonCode: 'slot_taken', detail: 'Taken.' }))],
      compensate: undo(ReleaseSlotV1, ({ bookingId }, { failure }) => ({ bookingId, reason: failure.reasonCode }), { answeredBy: SlotReleasedV1 }),
    })
    .step('pay', {
      invoke: send(AuthorizePaymentV1, state => state),
      timeout,
      onReply: [when(PaymentAuthorizedV1)],
      onRejected: [whenRefused(PaymentDeclinedV1, ({ reasonCode, detail }) => ({ reasonCode, detail }))],
      compensate: undo(VoidPaymentV1, ({ bookingId }, { failure }) => ({ bookingId, reason: failure.reasonCode }), { answeredBy: PaymentVoidedV1 }),
    })
