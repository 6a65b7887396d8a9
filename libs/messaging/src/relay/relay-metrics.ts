import { counter, histogram, registry } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { Gauge } from 'prom-client'

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

const DEPTH = `
select state, count(*)::integer as depth, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as age_s
from (select state, created_at from outbox order by id limit 10000) oldest group by state`

interface OutboxState {
  state: string
  depth: number
  age_s: number
}

/** Depth (up to 10,000) and age of the outbox, read when somebody asks for the metrics. */
export function registerOutboxGauges(database: Database): void {
  let reading: Promise<OutboxState[]> | undefined
  // Both gauges are asked in the same moment: one look at the table serves both.
  const read = () =>
    (reading ??= database
      .query<OutboxState & Record<string, unknown>>(DEPTH)
      .catch(() => [])
      .finally(() => (reading = undefined)))
  outboxGauge('prep_outbox_depth', 'Messages in the outbox, counted up to 10,000', async () => read(), row => row.depth)
  outboxGauge('prep_outbox_age_seconds', 'Age of the oldest message in the outbox', async () => read(), row => row.age_s)
}

function outboxGauge(name: string, help: string, read: () => Promise<OutboxState[]>, valueOf: (row: OutboxState) => number): void {
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const rows = await read()
      for (const state of ['pending', 'blocked']) {
        const row = rows.find(one => one.state === state)
        this.set({ state }, row ? valueOf(row) : 0)
      }
    },
  })
}
