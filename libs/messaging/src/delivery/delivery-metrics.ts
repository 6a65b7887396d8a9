import { counter, histogram } from '@prep/observability'

function create() {
  return {
    deliveries: counter('prep_messaging_deliveries_total', 'Messages by what became of them', ['consumer', 'outcome']),
    ignored: counter('prep_messaging_ignored_total', 'Messages of a type without a handler here', ['topic']),
    laneReruns: counter('prep_messaging_lane_reruns_total', 'Lanes rolled back and run again one by one'),
    batchSeconds: histogram('prep_messaging_batch_seconds', 'Duration of one delivery of the sidecar, all its messages', ['topic']),
    processSeconds: histogram('prep_messaging_process_seconds', 'Duration of one run of a handler', ['consumer']),
    retries: counter('prep_messaging_retries_total', 'Runs of the inbox worker by what became of them', ['consumer', 'outcome']),
  }
}

let metrics: ReturnType<typeof create> | undefined

/** Labels are bounded: consumers and topics of this service, a handful of outcomes. */
export function deliveryMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}
