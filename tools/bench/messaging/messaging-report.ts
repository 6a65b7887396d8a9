import type { FailureResult } from './measure-failures.ts'
import type { ScenarioResult } from './measure-scenario.ts'

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** One row a scenario: what was asked, what was reached, how late, and CPU an event of all processes together. */
export function scenarioRows(results: readonly ScenarioResult[]): string[][] {
  return results.map(({ scenario, asked, handled, seconds, perSecond, p50Ms, p99Ms, bulkSize, cpuUs }) => [
    scenario.title,
    `${whole(scenario.rate)}/s, ${whole(seconds)} s`,
    `${whole(perSecond)}/s`,
    targetOf(scenario.target),
    handled === asked ? 'none lost' : `${whole(handled)} of ${whole(asked)}`,
    `${whole(p50Ms)} ms`,
    `${whole(p99Ms)} ms`,
    bulkSize === undefined ? '' : bulkSize.toFixed(1),
    `${whole(sumOf(cpuUs))} us`,
  ])
}

export const scenarioTitles = ['', 'asked', 'handled', 'target', 'lost', 'p50', 'p99', 'events a bulk', 'CPU an event']

/** CPU an event of each process, one column a process. */
export function cpuRows(results: readonly ScenarioResult[]): { titles: string[], rows: string[][] } {
  const parts = results[0]?.cpuUs.map(({ part }) => part) ?? []
  return {
    titles: ['CPU an event, us', ...parts],
    rows: results.map(({ scenario, cpuUs }) => [scenario.title, ...cpuUs.map(({ us }) => whole(us))]),
  }
}

export function failureRows({ events, deadPerSecond, retriedPerSecond }: FailureResult): string[][] {
  return [
    [`dead letters recorded, ${whole(events)} in a row`, `${whole(deadPerSecond)}/s`, '1,000/s'],
    [`retry worker, ${whole(events)} rows due`, `${whole(retriedPerSecond)}/s`, '1,000/s'],
  ]
}

export function messagingAsMarkdown(results: readonly ScenarioResult[], failures: FailureResult, head: string, plot: string): string {
  const { titles, rows } = cpuRows(results)
  return [head, '', markdown(scenarioTitles, scenarioRows(results)), '', `![CPU an event by process](${plot})`, '', markdown(titles, rows), '', markdown(['', 'measured', 'target'], failureRows(failures))].join('\n')
}

function markdown(titles: string[], rows: string[][]): string {
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function targetOf({ perSecond, p50Ms, p99Ms }: NonNullable<ScenarioResult['scenario']['target']> = {}): string {
  if (perSecond !== undefined) return `${whole(perSecond)}/s`
  return p50Ms === undefined ? '' : `p50 ${p50Ms}, p99 ${p99Ms} ms`
}

function sumOf(cpuUs: ScenarioResult['cpuUs']): number {
  return cpuUs.reduce((sum, { us }) => sum + us, 0)
}
