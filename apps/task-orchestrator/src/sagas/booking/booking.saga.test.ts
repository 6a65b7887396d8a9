import {
  AuthorizePaymentV1, CapturePaymentV1, CheckComplianceV1, ConfirmBookingV1, HoldSlotV1, RejectBookingV1, ReleaseSlotV1, VoidPaymentV1,
} from '@prep/contracts'
import { checkDefinition, longestWaitBeforePivot } from '@prep/saga'
import { given, StoryError } from '@prep/saga/testing'
import { describe, expect, it } from 'vitest'
import {
  approved, aRequest, authorized, bookingId, captured, captureFailed, complianceRejected, confirmed, declined, holdExpired, rejected,
  reviewRequested, slotHeld, slotReleased, slotTaken, voided,
} from './booking.fixture.ts'
import { bookingSaga } from './booking.saga.ts'

const requested = () => given(bookingSaga).startedWith(aRequest())
const held = () => requested().expectCommand(HoldSlotV1).reply(slotHeld())
const compliant = () => held().expectCommand(CheckComplianceV1).reply(approved())
const paid = () => compliant().expectCommand(AuthorizePaymentV1).reply(authorized())
const sure = () => paid().expectCommand(ConfirmBookingV1).reply(confirmed())

describe('a booking that comes about', () => {
  it('is held, checked, authorized, confirmed and captured', () => {
    const story = sure().expectCommand(CapturePaymentV1, { bookingId, amountMinor: 18_000, currency: 'EUR' }).reply(captured()).expectCompleted()
    expect(story.endings).toEqual([{ outcome: 'completed', failure: null }])
    expect(story.timers).toEqual([])
  })

  it('waits for a review and goes on when it is approved', () => {
    held()
      .expectCommand(CheckComplianceV1).reply(reviewRequested())
      .expectNoCommand()
      .after('71h').reply(approved())
      .expectCommand(AuthorizePaymentV1)
  })

  it('asks again whether it is confirmed, because that is never guessed', () => {
    paid()
      .expectCommand(ConfirmBookingV1).timeOut('confirm')
      .expectCommand(ConfirmBookingV1).expectNote('asked-again')
      .late(ConfirmBookingV1, confirmed())
      .expectCommand(CapturePaymentV1).reply(captured())
      .expectCompleted()
  })

  it('goes on when booking answers only after a person was called', () => {
    const story = paid().expectCommand(ConfirmBookingV1)
    for (let attempt = 2; attempt <= 10; attempt += 1) story.timeOut('confirm').expectCommand(ConfirmBookingV1)
    story
      .timeOut('confirm').expectNeedsAttention('timed_out')
      .late(ConfirmBookingV1, confirmed())
      .expectCommand(CapturePaymentV1).reply(captured())
      .expectCompleted()
    expect(story.endings.map(({ outcome }) => outcome)).toEqual(['needs-attention', 'completed'])
  })

  it('captures until an hour before the reservation ends, and asks again till then', () => {
    const story = sure().expectCommand(CapturePaymentV1)
    expect(story.commands.at(-1)?.deadline).toEqual(new Date('2030-01-08T11:00:00Z'))
    story.timeOut('capture').expectCommand(CapturePaymentV1).timeOut('capture').expectCommand(CapturePaymentV1).reply(captured()).expectCompleted()
  })

  it('hears each answer once, however often it comes', () => {
    const story = held().again().expectNote('duplicate-reply').expectCommand(CheckComplianceV1).reply(approved()).again()
    story.expectCommand(AuthorizePaymentV1).reply(authorized()).again().expectCommand(ConfirmBookingV1).expectNoCommand()
  })
})

describe('a booking that is undone', () => {
  it('is rejected when the slot is taken; the card is never touched and there is no hold to release', () => {
    const story = requested()
      .expectCommand(HoldSlotV1).reply(slotTaken())
      .expectCommand(RejectBookingV1, { bookingId, reasonCode: 'slot_taken' }).reply(rejected())
      .expectCompensated('slot_taken')
    expect(story.commands.map(({ contract }) => contract.type)).toEqual(['booking.hold-slot.v1', 'booking.reject.v1'])
  })

  it('gives the slot back when it breaks a rule', () => {
    held()
      .expectCommand(CheckComplianceV1).reply(complianceRejected())
      .expectCommand(ReleaseSlotV1, { reason: 'compliance_rejected' }).reply(slotReleased())
      .expectCommand(RejectBookingV1, { detail: 'insurance-present: The kitchen has no insurance.' }).reply(rejected())
      .expectCompensated('compliance_rejected')
  })

  it('gives the slot back when nobody reviews it in 72 hours', () => {
    held()
      .expectCommand(CheckComplianceV1).reply(reviewRequested())
      .timeOut('check-compliance')
      .expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1, { reasonCode: 'timed_out' }).reply(rejected())
      .expectCompensated('timed_out')
  })

  it.each(['card_declined', 'insufficient_funds'] as const)('gives the slot back when the card is refused: %s', reasonCode => {
    compliant()
      .expectCommand(AuthorizePaymentV1).reply(declined(reasonCode))
      .expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1, { reasonCode }).reply(rejected())
      .expectCompensated(reasonCode)
  })

  it('voids the money too when the provider could not say what became of it', () => {
    compliant()
      .expectCommand(AuthorizePaymentV1).reply(declined('provider_unavailable', false))
      .expectCommand(VoidPaymentV1).reply(voided())
      .expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1, { reasonCode: 'provider_unavailable' }).reply(rejected())
      .expectCompensated('provider_unavailable')
  })

  it('gives money and slot back when the hold had expired', () => {
    paid()
      .expectCommand(ConfirmBookingV1).reply(holdExpired())
      .expectCommand(VoidPaymentV1).reply(voided())
      .expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1).reply(rejected())
      .expectCompensated('hold_expired')
  })
})

describe('a step that is not answered', () => {
  it('hold-slot: the slot is released all the same', () => {
    requested().expectCommand(HoldSlotV1).timeOut('hold-slot')
      .expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected()).expectCompensated('timed_out')
  })

  it('check-compliance: what was done before is undone', () => {
    held().expectCommand(CheckComplianceV1).timeOut('check-compliance')
      .expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected()).expectCompensated('timed_out')
  })

  it('authorize: the money is voided all the same', () => {
    compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize')
      .expectCommand(VoidPaymentV1).reply(voided()).expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1).reply(rejected()).expectCompensated('timed_out')
  })

  it('capture: goes on asking until its deadline, then a person is called', () => {
    const story = sure().expectCommand(CapturePaymentV1)
    for (let attempt = 0; attempt < 500 && story.instance.status === 'running'; attempt += 1) {
      story.timeOut('capture')
      if (story.instance.status === 'running') story.expectCommand(CapturePaymentV1)
    }
    story.expectNeedsAttention('timed_out').late(CapturePaymentV1, captured()).expectCompleted()
  })

  it('an undo is sent again until it is answered', () => {
    compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize')
      .expectCommand(VoidPaymentV1).undoTimesOut('authorize')
      .expectCommand(VoidPaymentV1).undoTimesOut('authorize')
      .expectCommand(VoidPaymentV1).reply(voided())
      .expectCommand(ReleaseSlotV1)
  })

  it('an undo that is never answered leaves that step to a person, undoes the others, and still takes the answer', () => {
    const story = compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize').expectCommand(VoidPaymentV1)
    for (let attempt = 2; attempt <= 20; attempt += 1) story.undoTimesOut('authorize').expectCommand(VoidPaymentV1)
    story.undoTimesOut('authorize')
      .expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCommand(RejectBookingV1).reply(rejected())
      .expectNeedsAttention('undo_unanswered')
      .late(VoidPaymentV1, voided()).expectCompensated('timed_out')
  })
})

describe('an answer that comes too late', () => {
  const undone = () =>
    compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize')
      .expectCommand(VoidPaymentV1).reply(voided()).expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1).reply(rejected()).expectCompensated()

  it('money authorized after all was undone is voided again, and nothing is announced twice', () => {
    const story = undone().late(AuthorizePaymentV1, authorized()).expectNote('late-success')
      .expectCommand(VoidPaymentV1).reply(voided()).expectCompensated()
    expect(story.endings).toHaveLength(1)
  })

  it('money authorized while its void is under way: the answer to the first void no longer counts', () => {
    compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize')
      .expectCommand(VoidPaymentV1).late(AuthorizePaymentV1, authorized())
      .reply(voided()).expectNote('overtaken-undo-answer')
      .expectCommand(VoidPaymentV1).reply(voided())
      .expectCommand(ReleaseSlotV1)
  })

  it('a slot held while the money is voided waits for its turn', () => {
    requested().expectCommand(HoldSlotV1).timeOut('hold-slot').expectCommand(ReleaseSlotV1).reply(slotReleased())
      .expectCommand(RejectBookingV1).late(HoldSlotV1, slotHeld()).expectNoCommand()
      .reply(rejected()).expectCommand(ReleaseSlotV1).reply(slotReleased()).expectCompensated('timed_out')
  })

  it('a refusal changes nothing, but is kept', () => {
    undone().late(AuthorizePaymentV1, declined('card_declined')).expectNote('late-refusal').expectNoCommand().expectCompensated()
  })

  it('a review asked for after the time-out changes nothing, but is kept', () => {
    held().expectCommand(CheckComplianceV1).timeOut('check-compliance')
      .late(CheckComplianceV1, reviewRequested()).expectNote('late-wait').expectCommand(ReleaseSlotV1).expectNoCommand()
  })
})

describe('a capture that fails', () => {
  it('calls a person: a confirmed booking is not taken back', () => {
    sure().expectCommand(CapturePaymentV1).reply(captureFailed()).expectNeedsAttention('authorization_expired')
  })
})

describe('the definition', () => {
  it('can work', () => expect(() => checkDefinition(bookingSaga)).not.toThrow())

  it('holds the slot longer than anything before the pivot can take', () => {
    const story = requested()
    const hold = story.commands[0]?.data as { heldUntil: string }
    const heldForMs = Date.parse(hold.heldUntil) - story.instance.startedAt.getTime()
    expect(longestWaitBeforePivot(bookingSaga)).toBe(120_000 + 120_000 + 72 * 3_600_000 + 120_000 + 10 * 60_000)
    expect(heldForMs).toBeGreaterThan(longestWaitBeforePivot(bookingSaga))
  })

  it('gives every command a deadline, and no undo', () => {
    const story = compliant().expectCommand(AuthorizePaymentV1).timeOut('authorize')
    expect(story.commands.map(({ deadline }) => deadline !== null)).toEqual([true, true, true, false])
  })

  it('keeps no personal data in its state', () => {
    expect(JSON.stringify(requested().instance.state)).not.toContain('ada@example.com')
  })

  it('makes a story that comes out differently fail', () => {
    expect(() => requested().expectCommand(AuthorizePaymentV1)).toThrow(StoryError)
    expect(() => requested().expectCommand(HoldSlotV1).reply(slotHeld()).expectCommand(CheckComplianceV1).expectCompleted()).toThrow(/running/)
  })
})
