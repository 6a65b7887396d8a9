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
  /** Handled a second, from the first to the last. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** User and system time for each event, in microseconds, by process. */
  readonly cpuUs: ReadonlyArray<{ readonly part: string, readonly us: number }>
}

const WARM_SECONDS = 5
const PATIENCE_SECONDS = 120

/** Warms up, then asks for the scenario's rate during so many seconds and waits for the last event to be handled. */
export async function measureScenario(scenario: Scenario, seconds: number): Promise<ScenarioResult> {
  const bench = await startBenchPlatform(scenario)
  try {
    await load(bench, scenario, WARM_SECONDS)
    await bench.order('subscriber', 'reset')
    const before = cpuOf(bench.platform)
    const { asked, figures } = await load(bench, scenario, seconds)
    const after = cpuOf(bench.platform)
    const cpuUs = [...after].map(([part, ms]) => ({ part, us: ((ms - (before.get(part) ?? 0)) * 1_000) / figures.count }))
    return { scenario, asked, handled: figures.count, perSecond: figures.count / figures.seconds, p50Ms: figures.p50Ms, p99Ms: figures.p99Ms, cpuUs }
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

function cpuOf(platform: Platform): Map<string, number> {
  return new Map(platform.parts.map(({ name, pid }) => [name, pid === undefined ? 0 : figuresOf(pid).cpuMs]))
}
