import { counter, histogram } from '@prep/observability'

function create() {
  return {
    sent: counter('prep_outbox_sent_total', 'Messages that the broker took from the outbox'),
    blocked: counter('prep_outbox_blocked_total', 'Messages refused too often that now hold back their key'),
    publishSeconds: histogram('prep_outbox_publish_seconds', 'Duration of one bulk request to the sidecar'),
  }
}

let metrics: ReturnType<typeof create> | undefined

export function relayMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}
