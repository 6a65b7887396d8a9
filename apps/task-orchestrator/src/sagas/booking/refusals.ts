import type { ComplianceRejectedV1Data, PaymentCaptureFailedV1Data, PaymentDeclinedV1Data } from '@prep/contracts'
import type { Refusal } from '@prep/saga'

// What each refusal means to the customer. The codes reach booking.rejected and the API.

export const slotTaken = (): Refusal => ({ reasonCode: 'slot_taken', detail: 'Another booking has this slot. Choose another time.' })

export const complianceRejected = ({ reasons }: ComplianceRejectedV1Data): Refusal => ({
  reasonCode: 'compliance_rejected',
  detail: reasons.map(({ rule, detail }) => `${rule}: ${detail}`).join('; '),
})

/** A decline whose outcome the provider could not tell may still have reserved the money. */
export const declined = ({ reasonCode, detail, outcomeKnown }: PaymentDeclinedV1Data): Refusal => ({
  reasonCode: reasonCode === 'deadline_passed' ? 'timed_out' : reasonCode,
  detail,
  effect: outcomeKnown ? 'none' : 'unknown',
})

export const holdExpired = (): Refusal => ({ reasonCode: 'hold_expired', detail: 'The slot was no longer held when the booking was to be confirmed.' })

export const captureFailed = ({ reasonCode, detail }: PaymentCaptureFailedV1Data): Refusal => ({ reasonCode, detail })
