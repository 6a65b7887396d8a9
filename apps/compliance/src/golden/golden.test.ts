import { describe, expect, it } from 'vitest'
import { goldenCases, goldenRuleSets, recordedCases } from './golden-cases.fixture.ts'

describe.each(goldenRuleSets.map((ruleSet) => [ruleSet.id, ruleSet] as const))('%s', (_id, ruleSet) => {
  const cases = goldenCases(ruleSet)

  it.each(cases.map((golden) => [golden.name, golden] as const))('decides %s as recorded', (_name, golden) => {
    expect(golden.actual).toEqual(golden.expected)
  })

  it('has an input for each decision on record', () => {
    expect(recordedCases(ruleSet)).toEqual(cases.map(({ name }) => name))
    expect(cases.length).toBeGreaterThan(20)
  })

  it('has a case for each rule that fails, and for each outcome', () => {
    const reasons = cases.flatMap(({ expected }) => (expected && 'reasons' in expected ? expected.reasons : []))
    expect(new Set(reasons.map(({ rule }) => rule))).toEqual(new Set(ruleSet.rules.map(({ id }) => id)))
    const outcomes = new Set(cases.map(({ expected }) => expected?.outcome))
    expect(outcomes).toEqual(new Set(['approved', 'rejected', 'review-requested']))
  })
})
