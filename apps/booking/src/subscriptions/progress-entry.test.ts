import { BookingRequestedV1, PaymentAuthorizedV1 } from '@prep/contracts'
import { envelopeOf, sampleOf } from '@prep/testing'
import { expect, it } from 'vitest'
import { progressEntry } from './progress-entry.ts'

it('keeps what the contract knows, without what it marks as personal', () => {
  const data = { ...sampleOf(BookingRequestedV1), nickname: 'a property of a later version' }
  const entry = progressEntry(BookingRequestedV1, envelopeOf(BookingRequestedV1, data))
  const { customer, nickname, ...kept } = data
  expect(JSON.stringify(entry.data)).not.toContain(customer.email)
  expect(JSON.stringify(entry.data)).not.toContain(nickname)
  expect(entry.data).toEqual(kept)
})

it('names the service and the step of the process', () => {
  const envelope = envelopeOf(PaymentAuthorizedV1, sampleOf(PaymentAuthorizedV1), { sagaStep: 'authorize' })
  expect(progressEntry(PaymentAuthorizedV1, envelope)).toMatchObject({
    eventId: envelope.id,
    type: 'payment.authorized.v1',
    source: 'payment',
    sagaStep: 'authorize',
    occurredAt: new Date(envelope.time),
  })
})
