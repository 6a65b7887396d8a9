import { type BookingConfirmedV1Data, type BookingRejectedV1Data } from '@prep/contracts'
import { rejectionReason } from './rejection-reason.ts'
import { showAmount } from './show-amount.ts'
import { showTimeRange } from './show-time-range.ts'
import { renderTemplate, type RenderedText } from './template.ts'

/** Text for the customer of a confirmed booking. Throws NOTIFICATION_TEMPLATE_BROKEN, NOTIFICATION_VALUE_NOT_SHOWABLE. */
export function renderConfirmed(template: string, booking: BookingConfirmedV1Data): RenderedText {
  const price = showAmount(booking.amountMinor, booking.currency)
  return renderTemplate('booking-confirmed', template, { ...shared(booking), price })
}

/** Text for the customer of a rejected booking. Throws as `renderConfirmed`. */
export function renderRejected(template: string, booking: BookingRejectedV1Data): RenderedText {
  const reason = rejectionReason(booking.reasonCode)
  return renderTemplate('booking-rejected', template, { ...shared(booking), reason })
}

function shared(booking: BookingConfirmedV1Data | BookingRejectedV1Data): Record<string, string> {
  return {
    bookingId: booking.bookingId,
    kitchenName: booking.kitchenName,
    customerName: booking.customer.name,
    when: showTimeRange(booking.startsAt, booking.endsAt, booking.timeZone),
  }
}
