/** What compliance says about a booking, and why. */
export type Decision =
  | { readonly outcome: 'approved'; readonly ruleSet: string; readonly checks: readonly PassedCheck[] }
  | {
      readonly outcome: 'rejected' | 'review-requested'
      readonly ruleSet: string
      readonly reasons: readonly Finding[]
    }

export interface PassedCheck {
  readonly rule: string
  readonly outcome: 'pass'
}

/** A rule that did not hold, and the sentence that says what was found. */
export interface Finding {
  readonly rule: string
  readonly detail: string
}

/** The answer when nobody told us of the kitchen in time. */
export function kitchenUnknown(kitchenId: string, ruleSet: string): Decision {
  const detail = `Kitchen ${kitchenId} is not known to compliance.`
  return { outcome: 'rejected', ruleSet, reasons: [{ rule: 'kitchen-unknown', detail }] }
}
