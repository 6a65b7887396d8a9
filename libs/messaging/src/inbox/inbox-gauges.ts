import { registry } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { Gauge } from 'prom-client'

const STATES = ['received', 'retrying', 'parked', 'dead', 'replaying', 'archived'] as const

/* Each half reads one of the small partial indexes; a good message is in neither. */
const OPEN = `
select state, count(*)::integer as rows from (select state from inbox where state in ('received', 'retrying') limit 10000) due group by state
union all
select state, count(*)::integer from (select state from inbox where state in ('dead', 'parked', 'replaying', 'archived') limit 10000) aside group by state`

/** Messages that are not settled, by state, read when somebody asks for the metrics. */
export function registerInboxGauges(database: Database): void {
  const name = 'prep_messaging_inbox_rows'
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help: 'Messages in the inbox that are not settled, counted up to 10,000',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const found = await database.query<{ state: string; rows: number }>(OPEN).catch(() => [])
      const counts = new Map(found.map(({ state, rows }) => [state, rows]))
      for (const state of STATES) this.set({ state }, counts.get(state) ?? 0)
    },
  })
}
