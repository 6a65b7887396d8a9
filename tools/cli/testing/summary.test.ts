import { expect, test } from 'vitest'
import { tally } from '../../../libs/testing/src/reporter/tally.ts'
import { chosenStages, stageName, stages } from './stages.ts'
import { summaryAsJson, summaryOf } from './summary.ts'

const results = [
  { stage: 'lint', seconds: 3.21, tally: tally([{ name: 'Lint', state: 'passed' }]) },
  {
    stage: 'unit',
    seconds: 12,
    tally: tally([{ name: 'a.test.ts > adds', state: 'failed' }, { name: 'b.test.ts > mails', state: 'skipped', reason: 'no SMTP server' }]),
  },
]

test('the summary names failures and the reason of each skip, and closes with the one line', () => {
  const lines = summaryOf(results).split('\n')
  expect(lines).toContain('ok     lint             3.2 s   1 passed')
  expect(lines).toContain('  b.test.ts > mails: no SMTP server')
  expect(lines).toContain('  a.test.ts > adds')
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped')
})

test('scripts get the same numbers', () => {
  expect(JSON.parse(summaryAsJson(results))).toMatchObject({ passed: 1, failed: 1, skipped: 1 })
})

test('--only brings along what a stage stands on, and refuses a stage that does not exist', () => {
  expect(chosenStages([])).toEqual(stages)
  expect(chosenStages(['e2e', 'lint']).map(({ name }) => name)).toEqual(['build', 'lint', 'parts', 'e2e'])
  expect(() => stageName('smoke')).toThrow('There is no stage "smoke"')
})
