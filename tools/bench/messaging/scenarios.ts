/** One way to publish and to subscribe, and what is asked of it. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** Programs in programs/, without the ending. */
  readonly publisher: string
  readonly subscriber: string
  /** Events a second. */
  readonly rate: number
  /** Events in one transaction. */
  readonly events?: number
  readonly env?: Record<string, string>
  /** Spans go to a collector that takes them all. */
  readonly traced?: boolean
  /** Only to compare with: a sixth of the time is enough. */
  readonly brief?: boolean
  readonly target?: { readonly perSecond?: number, readonly p50Ms?: number, readonly p99Ms?: number }
}

/** Near what can be kept without bulks, so that what is compared is CPU and not a queue. */
const COMPARED_RATE = 1_300

const prep = { publisher: 'outbox-publisher', subscriber: 'lane-subscriber' }
const inBulk = (bulkAwaitMs: number): Record<string, string> => ({ BENCH_SETTINGS: JSON.stringify({ bulkAwaitMs }) })
const traces = (ratio: string): Record<string, string> => ({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio })

/** @param rate of the sustained scenarios, events a second; @param batchRate of those with ten events a transaction */
export function scenarios(rate: number, batchRate: number): Scenario[] {
  const compared = { ...prep, rate: Math.min(rate, COMPARED_RATE), brief: true }
  return [
    { ...prep, name: 'quiet', title: 'Prep, one event a transaction, delivered singly', rate: 200, brief: true, target: { p50Ms: 8, p99Ms: 50 } },
    { ...prep, name: 'quiet-bulk', title: 'Prep, one event a transaction, in bulk (4 ms)', rate: 200, env: inBulk(4), brief: true, target: { p50Ms: 8, p99Ms: 50 } },
    { ...prep, name: 'one-bulk', title: 'Prep, one event a transaction, in bulk (50 ms)', rate, env: inBulk(50), target: { perSecond: 2_000 } },
    { ...prep, name: 'ten-bulk', title: 'Prep, ten events a transaction, in bulk (50 ms)', rate: batchRate, events: 10, env: inBulk(50), target: { perSecond: 3_000 } },
    { ...compared, name: 'traced-1', title: 'Prep, one event a transaction, in bulk (4 ms), 1 % traced', traced: true, env: { ...inBulk(4), ...traces('0.01') } },
    { ...compared, name: 'traced-100', title: 'Prep, one event a transaction, in bulk (4 ms), all traced', traced: true, env: { ...inBulk(4), ...traces('1') } },
    { ...compared, name: 'one', title: 'Prep, one event a transaction, delivered singly' },
    { ...compared, name: 'ten', title: 'Prep, ten events a transaction, delivered singly', events: 10 },
    { ...compared, name: 'sdk', title: 'Dapr SDK, a transaction a message, no outbox, no inbox', publisher: 'sdk-publisher', subscriber: 'sdk-subscriber' },
    { ...compared, name: 'raw', title: 'Dapr in bulk alone, no database', publisher: 'bulk-publisher', subscriber: 'bulk-subscriber', rate: batchRate },
  ]
}
