import type { RuleSet } from '../rule-set.ts'
import { kitchen202601 } from './kitchen-2026-01.ts'

/** The rule set that decides today. Decisions already taken keep the one that took them. */
export const activeRuleSet: RuleSet = kitchen202601
