import { expect, it } from 'vitest'
import { readTemplate } from '../features/send-message/templates.ts'
import { rejectionReason } from './rejection-reason.ts'
import { renderConfirmed, renderRejected } from './render-booking-message.ts'

const booking = {
  bookingId: '019b0000-0000-7000-8000-00000000b001',
  kitchenId: '019b0000-0000-7000-8000-00000000a001',
  kitchenName: 'Harbour Kitchen',
  timeZone: 'Europe/Berlin',
  startsAt: '2026-03-02T08:00:00Z',
  endsAt: '2026-03-02T12:00:00Z',
  customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
}

it('tells of a confirmed booking: kitchen, local time, price', () => {
  const confirmed = { ...booking, amountMinor: 18_000, currency: 'EUR' }
  expect(renderConfirmed(readTemplate('booking-confirmed'), confirmed)).toEqual({
    subject: 'Your booking of Harbour Kitchen is confirmed',
    body: [
      'Hello Ada Lovelace,',
      '',
      'your booking is confirmed.',
      '',
      '  Kitchen   Harbour Kitchen',
      '  When      Monday, 2 March 2026, 09:00 to 13:00 CET (Europe/Berlin)',
      '  Price     €180.00',
      '  Booking   019b0000-0000-7000-8000-00000000b001',
      '',
      'The amount is taken from the payment method you chose.',
      '',
      'Prep',
      '',
    ].join('\n'),
  })
})

it('tells of a rejected booking in words for people, without what is internal', () => {
  const rejected = { ...booking, reasonCode: 'card_declined', detail: 'stripe: do_not_honor' }
  const { subject, body } = renderRejected(readTemplate('booking-rejected'), rejected)
  expect(subject).toBe('Your booking of Harbour Kitchen did not come about')
  expect(body).toContain('Reason    Your card was declined. Please try another payment method.')
  expect(body).toContain('Monday, 2 March 2026, 09:00 to 13:00 CET (Europe/Berlin)')
  expect(body).not.toContain('do_not_honor')
})

it('has a sentence for a reason it does not know yet', () => {
  expect(rejectionReason('kitchen_on_fire')).toBe('It could not be confirmed. Please try again.')
  expect(rejectionReason('constructor')).toBe('It could not be confirmed. Please try again.')
})
