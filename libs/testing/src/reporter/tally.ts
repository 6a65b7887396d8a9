/** What became of one test. A skip needs a reason: `ctx.skip('why')`. */
export interface Outcome { name: string, state: 'passed' | 'failed' | 'skipped', reason?: string }

/** What became of a whole stage: counts, and the names behind everything that did not pass. */
export interface Tally { passed: number, failed: number, failures: string[], skipped: { name: string, reason: string }[] }

/** Counts outcomes. A skip without a reason counts as a failure, and says so in its name. */
export function tally(outcomes: readonly Outcome[]): Tally {
  const failures: string[] = []
  const skipped: Tally['skipped'] = []
  for (const { name, state, reason } of outcomes) {
    if (state === 'failed') failures.push(name)
    else if (state === 'skipped' && reason) skipped.push({ name, reason })
    else if (state === 'skipped') failures.push(`${name} (skipped without a reason: use ctx.skip('why'))`)
  }
  const passed = outcomes.filter(({ state }) => state === 'passed').length
  return { passed, failed: failures.length, failures, skipped }
}

/** The one line that closes a run over several stages. */
export function closingLine(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, each) => total + of(each), 0)
  return `${sum((t) => t.passed)} passed, ${sum((t) => t.failed)} failed, ${sum((t) => t.skipped.length)} skipped`
}
