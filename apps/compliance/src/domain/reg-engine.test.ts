import { expect, it } from 'vitest'
import { kitchenUnknown } from './decision.ts'
import { decide } from './reg-engine.ts'
import { type Kitchen } from './kitchen.ts'
import { ruleSetName } from './rule-set.ts'
import { activeRuleSet } from './rule-sets/active.ts'

const kitchen: Kitchen = {
  kitchenId: '019b0000-0000-7000-8000-00000000a001',
  timeZone: 'Europe/Berlin',
  capacity: 8,
  licence: { number: 'HH-2041', validFrom: '2026-01-01', validUntil: '2027-12-31' },
  insurance: { policyNumber: 'P-77', validFrom: '2026-01-01', validUntil: '2026-12-31' },
  version: 1,
}
const booking = {
  bookingId: '019b0000-0000-7000-8000-00000000b001',
  kitchenId: kitchen.kitchenId,
  startsAt: '2026-03-02T08:00:00Z',
  endsAt: '2026-03-02T12:00:00Z',
  attendees: 4,
}

it('gives the same decision for the same input', () => {
  expect(decide(activeRuleSet, kitchen, booking)).toEqual(decide(activeRuleSet, kitchen, booking))
})

it('takes its rules from the set: an empty one approves anything, naming itself', () => {
  const lenient = { id: 'lenient', version: 3, rules: [] }
  expect(decide(lenient, { ...kitchen, capacity: 1 }, booking)).toEqual({
    outcome: 'approved',
    ruleSet: 'lenient.v3',
    checks: [],
  })
})

it('takes what follows from the set: the same lack may reject or ask for a review', () => {
  const check = { kind: 'attendees-within-capacity' } as const
  const small = { ...kitchen, capacity: 1 }
  for (const [otherwise, outcome] of [
    ['reject', 'rejected'],
    ['review', 'review-requested'],
  ] as const) {
    const set = { id: 'one-rule', version: 1, rules: [{ id: 'capacity', check, otherwise }] }
    expect(decide(set, small, booking).outcome).toBe(outcome)
  }
})

it('refuses a time zone that does not exist, with a code', () => {
  const nowhere = { ...kitchen, timeZone: 'Mars/Olympus' }
  expect(() => decide(activeRuleSet, nowhere, booking)).toThrow(
    expect.objectContaining({ code: 'COMPLIANCE_TIME_ZONE_UNKNOWN' }),
  )
})

it('rejects an unknown kitchen by a rule of its own', () => {
  expect(kitchenUnknown(kitchen.kitchenId, ruleSetName(activeRuleSet))).toEqual({
    outcome: 'rejected',
    ruleSet: 'kitchen-2026-01.v1',
    reasons: [{ rule: 'kitchen-unknown', detail: `Kitchen ${kitchen.kitchenId} is not known to compliance.` }],
  })
})
