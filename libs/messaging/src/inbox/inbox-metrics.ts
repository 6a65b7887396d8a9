import { gauge } from '@prep/observability'

function create() {
  return {
    daysAhead: gauge('prep_messaging_inbox_days_ahead', 'Days after today whose partition of the inbox exists; 0 for long means that its keeper is prevented'),
  }
}

let metrics: ReturnType<typeof create> | undefined

export function inboxMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}
