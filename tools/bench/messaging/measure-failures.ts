import { setTimeout as pause } from 'node:timers/promises'
import { type BenchPlatform, startBenchPlatform } from './bench-platform.ts'
import { untilHandled } from './measure-scenario.ts'
import type { LoopResult } from './programs/open-loop.ts'
import type { Scenario } from './scenarios.ts'

export interface FailureResult {
  readonly events: number
  /** Dead letters recorded a second, from the first event published to the last letter. */
  readonly deadPerSecond: number
  /** Rows that the retry worker brought to their end a second. */
  readonly retriedPerSecond: number
}

const scenario: Scenario = { name: 'failures', title: '', publisher: 'outbox-publisher', subscriber: 'lane-subscriber', rate: 2_000, events: 10 }

/** Every event rejected for good; then every event failing until all of them wait for the retry worker. */
export async function measureFailures(events: number): Promise<FailureResult> {
  const bench = await startBenchPlatform(scenario)
  try {
    await publish(bench, 2_000)
    await untilHandled(bench, 2_000)
    await bench.order('subscriber', 'reject')
    const deadSeconds = await secondsOf(async () => {
      await publish(bench, events)
      await untilStates(bench, (states) => (states['dead'] ?? 0) >= events)
    })
    await bench.order('subscriber', 'fail')
    await publish(bench, events)
    await untilStates(bench, (states) => (states['retrying'] ?? 0) >= events)
    await bench.order('subscriber', 'reset')
    await bench.order('subscriber', 'handle')
    // Their waiting is not what is measured. The breaker lets one through when its own wait is over, then all.
    await bench.order('subscriber', 'due')
    const { count, seconds } = await untilHandled(bench, events)
    return { events, deadPerSecond: events / deadSeconds, retriedPerSecond: count / seconds }
  } finally {
    await bench.end()
  }
}

async function publish(bench: BenchPlatform, events: number): Promise<void> {
  await bench.order<LoopResult>('publisher', 'run', { rate: scenario.rate, seconds: events / scenario.rate, events: 10 })
}

async function untilStates(bench: BenchPlatform, reached: (states: Record<string, number>) => boolean): Promise<void> {
  const until = performance.now() + 180_000
  while (!reached(await bench.order<Record<string, number>>('subscriber', 'states'))) {
    if (performance.now() > until) throw new Error(`The inbox did not get there: ${JSON.stringify(await bench.order('subscriber', 'states'))}`)
    await pause(250)
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1_000
}
