import { closingLine } from '../../../libs/testing/src/reporter/tally.ts'
import type { StageResult } from './run-stage.ts'

/** The whole run in a few lines; the last one is `N passed, N failed, N skipped`. */
export function summaryOf(results: readonly StageResult[]): string {
  const skipped = results.flatMap(({ tally }) => tally.skipped.map(({ name, reason }) => `  ${name}: ${reason}`))
  const failures = results.flatMap(({ tally }) => tally.failures.map((name) => `  ${name}`))
  return [
    ...results.map(lineOf),
    ...(skipped.length > 0 ? ['', 'Skipped, and why:', ...skipped] : []),
    ...(failures.length > 0 ? ['', 'Failed:', ...failures] : []),
    '',
    closingLine(results.map(({ tally }) => tally)),
  ].join('\n')
}

function lineOf({ stage, seconds, tally }: StageResult): string {
  const mark = tally.failed === 0 ? 'ok    ' : 'FAILED'
  const counts = [`${tally.passed} passed`]
  if (tally.failed > 0) counts.push(`${tally.failed} failed`)
  if (tally.skipped.length > 0) counts.push(`${tally.skipped.length} skipped`)
  return `${mark} ${stage.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s   ${counts.join(', ')}`
}

/** The same for scripts. */
export function summaryAsJson(results: readonly StageResult[]): string {
  const sum = (of: (result: StageResult) => number): number => results.reduce((total, result) => total + of(result), 0)
  return JSON.stringify({
    passed: sum(({ tally }) => tally.passed),
    failed: sum(({ tally }) => tally.failed),
    skipped: sum(({ tally }) => tally.skipped.length),
    stages: results.map(({ stage, seconds, tally }) => ({ stage, seconds: Math.round(seconds * 10) / 10, ...tally })),
  }, null, 2)
}
