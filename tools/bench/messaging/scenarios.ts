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
  readonly target?: { readonly perSecond?: number, readonly p50Ms?: number, readonly p99Ms?: number }
}

const prep = { publisher: 'outbox-publisher', subscriber: 'lane-subscriber' }
const bulks = { BENCH_SETTINGS: JSON.stringify({ bulkAwaitMs: 20 }) }
const traces = (ratio: string): Record<string, string> => ({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio })

/** @param rate of the sustained scenarios, events a second; @param batchRate of those with ten events a transaction */
export function scenarios(rate: number, batchRate: number): Scenario[] {
  return [
    { ...prep, name: 'quiet', title: 'Prep, one event a transaction, at 200/s', rate: 200, target: { p50Ms: 8, p99Ms: 50 } },
    { ...prep, name: 'one', title: 'Prep, one event a transaction', rate, target: { perSecond: 2_000 } },
    { ...prep, name: 'ten', title: 'Prep, ten events a transaction', rate: batchRate, events: 10, target: { perSecond: 3_000 } },
    { ...prep, name: 'one-bulk', title: 'Prep, one event a transaction, delivered in bulk (20 ms)', rate, env: bulks },
    { ...prep, name: 'ten-bulk', title: 'Prep, ten events a transaction, delivered in bulk (20 ms)', rate: batchRate, events: 10, env: bulks },
    { ...prep, name: 'traced-1', title: 'Prep, one event a transaction, 1 % traced', rate, traced: true, env: traces('0.01') },
    { ...prep, name: 'traced-100', title: 'Prep, one event a transaction, all traced', rate, traced: true, env: traces('1') },
    { name: 'sdk', title: 'Dapr SDK, a transaction a message, no outbox, no inbox', publisher: 'sdk-publisher', subscriber: 'sdk-subscriber', rate },
    { name: 'raw', title: 'Dapr in bulk alone, no database', publisher: 'bulk-publisher', subscriber: 'bulk-subscriber', rate: batchRate },
  ]
}
