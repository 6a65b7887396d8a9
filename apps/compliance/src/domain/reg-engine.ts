import type { BookingToCheck } from './booking-to-check.ts'
import { dayAfter, daysTouched } from './calendar-day.ts'
import type { Decision, Finding } from './decision.ts'
import type { Kitchen } from './kitchen.ts'
import { type DocumentName, type Rule, type RuleCheck, type RuleSet, ruleSetName } from './rule-set.ts'

interface Facts {
  readonly kitchen: Kitchen
  readonly booking: BookingToCheck
  /** First and last booked calendar day in the kitchen's time zone. */
  readonly days: { readonly first: string; readonly last: string }
}

/**
 * Checks a booking against every rule of a set; the same input always gives the same decision.
 * One failed rule that rejects outweighs all that ask for a review. Throws COMPLIANCE_TIME_ZONE_UNKNOWN.
 */
export function decide(ruleSet: RuleSet, kitchen: Kitchen, booking: BookingToCheck): Decision {
  const facts = { kitchen, booking, days: daysTouched(booking.startsAt, booking.endsAt, kitchen.timeZone) }
  const name = ruleSetName(ruleSet)
  const failed = ruleSet.rules.flatMap((rule) => failureOf(rule, facts))
  const rejecting = failed.filter(({ rule }) => rule.otherwise === 'reject')
  if (rejecting.length > 0) return { outcome: 'rejected', ruleSet: name, reasons: rejecting.map(toFinding) }
  if (failed.length > 0) return { outcome: 'review-requested', ruleSet: name, reasons: failed.map(toFinding) }
  return { outcome: 'approved', ruleSet: name, checks: ruleSet.rules.map(({ id }) => ({ rule: id, outcome: 'pass' })) }
}

interface Failure {
  readonly rule: Rule
  readonly detail: string
}

function failureOf(rule: Rule, facts: Facts): Failure[] {
  const detail = fault(rule.check, facts)
  return detail === undefined ? [] : [{ rule, detail }]
}

function toFinding({ rule, detail }: Failure): Finding {
  return { rule: rule.id, detail }
}

/** The sentence that says why a check fails; undefined when it passes. */
function fault(check: RuleCheck, facts: Facts): string | undefined {
  switch (check.kind) {
    case 'document-present':
      return facts.kitchen[check.document] ? undefined : `The kitchen has no ${check.document}.`
    case 'document-valid-on-booked-days':
      return notValid(check.document, facts)
    case 'document-outlasts-booking':
      return endsSoon(check.document, check.days, facts)
    case 'attendees-within-capacity':
      return tooMany(facts)
  }
}

function notValid(name: DocumentName, { kitchen, days }: Facts): string | undefined {
  const document = kitchen[name]
  if (!document) return undefined
  if (days.first < document.validFrom)
    return `The ${name} is valid from ${document.validFrom}; the booking is on ${days.first}.`
  if (days.last > document.validUntil)
    return `The ${name} ended on ${document.validUntil}; the booking is on ${days.last}.`
  return undefined
}

function endsSoon(name: DocumentName, withinDays: number, { kitchen, days }: Facts): string | undefined {
  const document = kitchen[name]
  if (!document || document.validUntil > dayAfter(days.last, withinDays)) return undefined
  return `The ${name} ends on ${document.validUntil}, within ${withinDays} days after the booking on ${days.last}.`
}

function tooMany({ kitchen, booking }: Facts): string | undefined {
  if (booking.attendees <= kitchen.capacity) return undefined
  return `${booking.attendees} people are more than the kitchen's capacity of ${kitchen.capacity}.`
}
