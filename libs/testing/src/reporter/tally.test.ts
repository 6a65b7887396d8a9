import { expect, test } from 'vitest'
import { closingLine, tally } from './tally.ts'

test('a skip keeps its reason, a skip without one is a failure', () => {
  const sum = tally([
    { name: 'a', state: 'passed' },
    { name: 'b', state: 'failed' },
    { name: 'c', state: 'skipped', reason: 'no Redis here' },
    { name: 'd', state: 'skipped' },
  ])
  expect(sum).toMatchObject({ passed: 1, failed: 2, skipped: [{ name: 'c', reason: 'no Redis here' }] })
  expect(sum.failures[1]).toContain('skipped without a reason')
})

test('the closing line sums all stages', () => {
  const one = tally([{ name: 'a', state: 'passed' }])
  const two = tally([{ name: 'b', state: 'failed' }, { name: 'c', state: 'skipped', reason: 'why' }])
  expect(closingLine([one, two])).toBe('1 passed, 1 failed, 1 skipped')
})
