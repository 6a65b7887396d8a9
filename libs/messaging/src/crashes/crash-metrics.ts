import { counter, gauge } from '@prep/observability'

function create() {
  return {
    cautious: gauge('prep_messaging_cautious', '1 after a process of the service died, while messages are stored first and run singly'),
    crashes: counter('prep_messaging_crashes_total', 'Messages taken over from a process that died with them', ['consumer']),
  }
}

let metrics: ReturnType<typeof create> | undefined

export function crashMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}
