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
/** As short as the latency target wants it: under load a bulk gathers while the one before it is at work. */
const bulks = { BENCH_SETTINGS: JSON.stringify({ bulkAwaitMs: 4 }) }
const traces = (ratio: string): Record<string, string> => ({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio })

/** @param rate of the sustained scenarios, events a second; @param batchRate of those with ten events a transaction */
export function scenarios(rate: number, batchRate: number): Scenario[] {
  const compared = { ...prep, rate: Math.min(rate, COMPARED_RATE), brief: true }
  return [
    { ...prep, name: 'quiet', title: 'Prep, one event a transaction, delivered singly', rate: 200, brief: true, target: { p50Ms: 8, p99Ms: 50 } },
    { ...prep, name: 'quiet-bulk', title: 'Prep, one event a transaction, in bulk', rate: 200, env: bulks, brief: true, target: { p50Ms: 8, p99Ms: 50 } },
    { ...prep, name: 'one-bulk', title: 'Prep, one event a transaction, in bulk', rate, env: bulks, target: { perSecond: 2_000 } },
    { ...prep, name: 'ten-bulk', title: 'Prep, ten events a transaction, in bulk', rate: batchRate, events: 10, env: bulks, target: { perSecond: 3_000 } },
    { ...compared, name: 'traced-1', title: 'Prep, one event a transaction, in bulk, 1 % traced', traced: true, env: { ...bulks, ...traces('0.01') } },
    { ...compared, name: 'traced-100', title: 'Prep, one event a transaction, in bulk, all traced', traced: true, env: { ...bulks, ...traces('1') } },
    { ...compared, name: 'one', title: 'Prep, one event a transaction, delivered singly' },
    { ...compared, name: 'ten', title: 'Prep, ten events a transaction, delivered singly', events: 10 },
    { ...compared, name: 'sdk', title: 'Dapr SDK, a transaction a message, no outbox, no inbox', publisher: 'sdk-publisher', subscriber: 'sdk-subscriber' },
    { ...compared, name: 'raw', title: 'Dapr in bulk alone, no database', publisher: 'bulk-publisher', subscriber: 'bulk-subscriber', rate: batchRate },
  ]
}
