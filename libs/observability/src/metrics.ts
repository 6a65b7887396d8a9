import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type { Counter, Gauge, Histogram } from 'prom-client'

/** All metrics of this process, in the Prometheus text format at `GET /metrics`. */
export const registry = new Registry()

/** Memory, CPU, event loop and garbage collection of the process, labelled with the service. */
export function startProcessMetrics(service: string): void {
  registry.setDefaultLabels({ service })
  if (registry.getSingleMetric('process_cpu_seconds_total')) return
  // Precision 100 ms: the default of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
}

/** The counter of that name, made when it is new. Names end in `_total`. */
export function counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
  return (registry.getSingleMetric(name) as Counter<L> | undefined) ?? new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
}

/** The gauge of that name, made when it is new. */
export function gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
  return (registry.getSingleMetric(name) as Gauge<L> | undefined) ?? new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The histogram of that name, made when it is new. In seconds, from 1 ms to 30 s, unless other buckets are given. */
export function histogram<L extends string>(name: string, help: string, labelNames: readonly L[] = [], buckets: number[] = SECONDS): Histogram<L> {
  return (
    (registry.getSingleMetric(name) as Histogram<L> | undefined) ??
    new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [registry] })
  )
}
