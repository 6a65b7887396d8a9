import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Tally } from './collector.ts'

const root = join(import.meta.dirname, '../../../..')

function runFixture(): Promise<Tally> {
  const file = join(mkdtempSync(join(tmpdir(), 'prep-collector-')), 'report.json')
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(import.meta.dirname, 'fixtures/vitest.config.ts'),
    '--reporter', join(import.meta.dirname, 'collector.ts')]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env: { ...process.env, PREP_TEST_REPORT: file, VITEST: undefined } }, () => {
      resolve(JSON.parse(readFileSync(file, 'utf8')) as Tally)
    })
  })
}

test('a real run: every outcome is counted, and what a broken hook kept from running is a failure', async () => {
  const report = await runFixture()
  expect(report.passed).toBe(1)
  expect(report.skipped).toEqual([{ name: 'every-outcome.case.ts > skips with a reason', reason: 'no such machine' }])
  expect(report.failures.sort()).toEqual([
    'every-outcome.case.ts > a broken hook',
    'every-outcome.case.ts > a broken hook > never ran',
    'every-outcome.case.ts > fails',
    "every-outcome.case.ts > skips without a reason (skipped without a reason: use ctx.skip('why'))",
  ])
})
