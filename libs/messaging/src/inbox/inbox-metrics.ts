import { gauge, registry } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { Gauge } from 'prom-client'

function create() {
  return {
    daysAhead: gauge('prep_messaging_inbox_days_ahead', 'Days after today whose partition of the inbox exists; 0 for long means that its keeper is prevented'),
  }
}

let metrics: ReturnType<typeof create> | undefined

export function inboxMetrics(): ReturnType<typeof create> {
  return (metrics ??= create())
}

const WAITING = `
select consumer, count(*)::integer as keys, max(parked) as most from inbox_order where state <> 'open' and consumer = any($1::text[]) group by consumer`

interface Waiting {
  consumer: string
  keys: number
  most: number
}

const NOTHING: Promise<Waiting[]> = Promise.resolve([])

/** Keys of ordered consumers behind a message that failed, read when somebody asks for the metrics. */
export function registerOrderGauges(database: Database, consumers: readonly string[]): void {
  let reading: Promise<Waiting[]> | undefined
  const read = () =>
    consumers.length === 0 ? NOTHING : (reading ??= database
      .query<Waiting & Record<string, unknown>>(WAITING, [consumers])
      .catch(() => [])
      .finally(() => (reading = undefined)))
  const register = (name: string, help: string, valueOf: (row: Waiting) => number) => {
    registry.removeSingleMetric(name)
    new Gauge({
      name,
      help,
      labelNames: ['consumer'],
      registers: [registry],
      async collect() {
        const rows = await read()
        for (const consumer of consumers) {
          const row = rows.find(one => one.consumer === consumer)
          this.set({ consumer }, row ? valueOf(row) : 0)
        }
      },
    })
  }
  register('prep_messaging_keys_blocked', 'Keys whose messages wait behind one that failed', row => row.keys)
  register('prep_messaging_parked_most', 'Messages parked behind one that failed, of the key that has most', row => row.most)
}
