import type { RuleSet } from '../rule-set.ts'

/** Who may cook where: the kitchen is licensed, insured and large enough. */
export const kitchen202601: RuleSet = {
  id: 'kitchen-2026-01',
  version: 1,
  rules: [
    {
      id: 'licence-valid',
      check: { kind: 'document-valid-on-booked-days', document: 'licence' },
      otherwise: 'reject',
    },
    {
      id: 'insurance-present',
      check: { kind: 'document-present', document: 'insurance' },
      otherwise: 'reject',
    },
    {
      id: 'insurance-valid',
      check: { kind: 'document-valid-on-booked-days', document: 'insurance' },
      otherwise: 'reject',
    },
    {
      id: 'insurance-not-ending',
      check: { kind: 'document-outlasts-booking', document: 'insurance', days: 7 },
      otherwise: 'review',
    },
    {
      id: 'capacity',
      check: { kind: 'attendees-within-capacity' },
      otherwise: 'reject',
    },
  ],
}
