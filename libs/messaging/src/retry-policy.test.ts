import { describe, expect, it } from 'vitest'
import { delayAfter, failureOf } from './inbox/failure.ts'
import { defaultRetryPolicy, longestRetryMs, type RetryPolicy } from './retry-policy.ts'

describe('the longest that a policy can take', () => {
  it.each<[string, RetryPolicy]>([
    ['the default', defaultRetryPolicy],
    ['one that repeats its last wait', { immediate: 1, delaysMs: [1_000, 5_000], maxAttempts: 9 }],
    ['one with more waits than attempts', { immediate: 0, delaysMs: [1_000, 5_000, 60_000], maxAttempts: 2 }],
  ])('is the sum of its longest waits: %s', (_name, policy) => {
    let sum = 0
    for (let attempt = 1 + policy.immediate; attempt < policy.maxAttempts; attempt++) sum += delayAfter(policy, attempt, failureOf(new Error('x')), () => 1) ?? NaN
    expect(longestRetryMs(policy)).toBeCloseTo(sum, 0)
  })

  it('is nothing without a second attempt', () => {
    expect(longestRetryMs({ immediate: 3, delaysMs: [1_000], maxAttempts: 1 })).toBe(0)
  })
})
