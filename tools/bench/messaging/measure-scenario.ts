import { setTimeout as pause } from 'node:timers/promises'
import type { Platform } from '@prep/runtime'
import { figuresOf } from '../process-figures.ts'
import { type BenchPlatform, startBenchPlatform } from './bench-platform.ts'
import type { LoopResult } from './programs/open-loop.ts'
import type { TallyFigures } from './programs/tally.ts'
import type { Scenario } from './scenarios.ts'

export interface ScenarioResult {
  readonly scenario: Scenario
  readonly asked: number
  readonly handled: number
  /** For how long the rate was asked for. */
  readonly seconds: number
  /** Handled a second, from the first to the last. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Events in a request to the sidecar, on average; undefined where there are no bulks. */
  readonly bulkSize: number | undefined
  /** User and system time for each event, in microseconds, by process. */
  readonly cpuUs: ReadonlyArray<{ readonly part: string, readonly us: number }>
}

const WARM_SECONDS = 5
const PATIENCE_SECONDS = 120

/** Warms up, then asks for the scenario's rate during so many seconds (a sixth of them where it is brief) and waits for the last event to be handled. */
export async function measureScenario(scenario: Scenario, wholeSeconds: number): Promise<ScenarioResult> {
  const seconds = scenario.brief === true ? Math.max(5, wholeSeconds / 6) : wholeSeconds
  const bench = await startBenchPlatform(scenario)
  try {
    await load(bench, scenario, WARM_SECONDS)
    await bench.order('subscriber', 'reset')
    const [before, bulksBefore] = [cpuOf(bench.platform), await bulksOf(bench)]
    const { asked, figures } = await load(bench, scenario, seconds)
    const after = cpuOf(bench.platform)
    const bulks = (await bulksOf(bench)) - bulksBefore
    const cpuUs = [...after].map(([part, ms]) => ({ part, us: ((ms - (before.get(part) ?? 0)) * 1_000) / figures.count }))
    const { count, p50Ms, p99Ms } = figures
    return { scenario, asked, handled: count, seconds, perSecond: count / figures.seconds, p50Ms, p99Ms, bulkSize: bulks > 0 ? count / bulks : undefined, cpuUs }
  } finally {
    await bench.end()
  }
}

async function load(bench: BenchPlatform, scenario: Scenario, seconds: number): Promise<{ asked: number, figures: TallyFigures }> {
  await bench.order('subscriber', 'reset')
  const perOrder = scenario.publisher === 'bulk-publisher' ? 100 : (scenario.events ?? 1)
  const { asked, failed } = await bench.order<LoopResult>('publisher', 'run', { rate: scenario.rate, seconds, events: scenario.events ?? 1 })
  const expected = (asked - failed) * perOrder
  const figures = await untilHandled(bench, expected)
  return { asked: expected, figures }
}

/** Until all are handled, or nothing has come for a while: at least once may bring more, a loss less. */
export async function untilHandled(bench: BenchPlatform, expected: number): Promise<TallyFigures> {
  const until = performance.now() + PATIENCE_SECONDS * 1_000
  for (;;) {
    const figures = await bench.order<TallyFigures>('subscriber', 'figures')
    if (figures.count >= expected || performance.now() > until) return figures
    await pause(100)
  }
}

/** Bulks that the publisher's relay has sent; 0 of one without a relay. */
async function bulksOf(bench: BenchPlatform): Promise<number> {
  return (await bench.order<{ bulks?: number }>('publisher', 'bulks')).bulks ?? 0
}

function cpuOf(platform: Platform): Map<string, number> {
  return new Map(platform.parts.map(({ name, pid }) => [name, pid === undefined ? 0 : figuresOf(pid).cpuMs]))
}
