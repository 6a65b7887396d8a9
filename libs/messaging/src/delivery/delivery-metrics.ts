import { counter, histogram } from '@prep/observability'

const LAG_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3_600]

function create() {
  return {
    deliveries: counter('prep_messaging_deliveries_total', 'Messages by what became of them', ['consumer', 'outcome']),
    ignored: counter('prep_messaging_ignored_total', 'Messages of a type without a handler here', ['topic']),
    laneReruns: counter('prep_messaging_lane_reruns_total', 'Lanes rolled back and run again one by one'),
    batchSeconds: histogram('prep_messaging_batch_seconds', 'Duration of one delivery of the sidecar, all its messages', ['topic']),
    lagSeconds: histogram('prep_messaging_lag_seconds', 'Age of a message when it is delivered here', ['topic'], LAG_BUCKETS),
    processSeconds: histogram('prep_messaging_process_seconds', 'Duration of one run of a handler', ['consumer']),
    late: counter('prep_messaging_late_commands_total', 'Runs of commands whose deadline had passed', ['consumer']),
    retries: counter('prep_messaging_retries_total', 'Runs of the inbox worker by what became of them', ['consumer', 'outcome']),
  }
}

let metrics: ReturnType<typeof create> | undefined

/** Labels are bounded: consumers and topics of this service, a handful of outcomes. */
export function deliveryMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}

/** How far this consumer is behind, by the publisher's clock; one that is ahead of ours counts as no lag. */
export function noteLag(topic: string, time: string): void {
  const lagMs = Date.now() - Date.parse(time)
  if (!Number.isNaN(lagMs)) deliveryMetrics().lagSeconds.observe({ topic }, Math.max(0, lagMs) / 1_000)
}
