/** Rules as data: what must hold, and what follows when it does not. The engine gives them their meaning. */
export interface RuleSet {
  /** `kitchen-2026-01`. */
  readonly id: string
  /** One more with every change; a decision names the version that made it. */
  readonly version: number
  readonly rules: readonly Rule[]
}

export interface Rule {
  /** Unique in its set; stands in decisions, so it never changes its meaning. */
  readonly id: string
  readonly check: RuleCheck
  /** What becomes of the booking when the check fails. */
  readonly otherwise: 'reject' | 'review'
}

export type DocumentName = 'licence' | 'insurance'

/** A check of a document that is not there passes, but for `document-present`: one lack, one reason. */
export type RuleCheck =
  | { readonly kind: 'document-present'; readonly document: DocumentName }
  /** Valid on every calendar day that the booking touches, in the kitchen's time zone. */
  | { readonly kind: 'document-valid-on-booked-days'; readonly document: DocumentName }
  /** Still valid on the day `days` + 1 after the last booked day: it does not end within `days` days after it. */
  | { readonly kind: 'document-outlasts-booking'; readonly document: DocumentName; readonly days: number }
  | { readonly kind: 'attendees-within-capacity' }

/** How a rule set is named in a decision: `kitchen-2026-01.v1`. */
export function ruleSetName(ruleSet: RuleSet): string {
  return `${ruleSet.id}.v${ruleSet.version}`
}
