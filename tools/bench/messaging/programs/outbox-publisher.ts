import { SlotHeldV1 } from '@prep/contracts'
import { Outbox } from '@prep/messaging'
import { registry } from '@prep/observability'
import { Database } from '@prep/persistence'
import { randomInt, randomUUID } from 'node:crypto'
import { startBenchService } from './bench-service.ts'
import { takeOrders } from './control.ts'
import { openLoop } from './open-loop.ts'

/** Publishes as every service of Prep does: one UPDATE and the outbox rows in one transaction, the relay does the rest. */
const app = await startBenchService('booking', [])
const [database, outbox] = [app.get(Database), app.get(Outbox)]
const aggregates = Array.from({ length: 1_000 }, () => randomUUID())
await database.query('insert into tally (id) select unnest($1::uuid[])', [aggregates])

async function transaction(events: number): Promise<void> {
  const bookingId = aggregates[randomInt(aggregates.length)] as string
  await database.transaction(async (tx) => {
    const [row] = await tx.query<{ version: number }>('update tally set version = version + $2 where id = $1 returning version', [bookingId, events])
    const last = (row as { version: number }).version
    const data = { bookingId, kitchenId: bookingId, startsAt: '2026-03-02T08:00:00Z', endsAt: '2026-03-02T12:00:00Z', heldUntil: '2026-02-04T10:00:00Z' }
    for (let i = events; i > 0; i--) await outbox.publish(tx, SlotHeldV1, { data, subject: bookingId, sequence: last - i + 1 })
  })
}

/** Bulk requests to the sidecar so far. */
async function bulks(): Promise<number> {
  const metric = await registry.getSingleMetric('prep_outbox_publish_seconds')?.get()
  const values = (metric?.values ?? []) as Array<{ metricName?: string, value: number }>
  return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0
}

takeOrders({
  bulks: async () => ({ bulks: await bulks() }),
  run: ({ rate = 0, seconds = 0, events = 1 }) => openLoop({ rate: rate / events, seconds }, () => transaction(events)),
})
