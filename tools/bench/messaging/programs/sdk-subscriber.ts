import { DaprServer } from '@dapr/dapr'
import pg from 'pg'
import { takeOrders } from './control.ts'
import { Tally } from './tally.ts'

/** The same handler behind the Dapr SDK's server: a transaction for each message, no inbox. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 12 })
await pool.query('create table if not exists tally (id uuid primary key, version integer not null default 0)')
const tally = new Tally()
const server = new DaprServer({
  serverHost: '127.0.0.1',
  serverPort: process.env['PORT'] as string,
  clientOptions: { daprHost: '127.0.0.1', daprPort: process.env['DAPR_HTTP_PORT'] as string },
})

async function handle({ bookingId, publishedAt }: { bookingId: string, publishedAt: number }): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into tally as t (id, version) values ($1, 1) on conflict (id) do update set version = t.version + 1', [bookingId])
    await client.query('commit')
    tally.add(publishedAt)
  } finally {
    client.release()
  }
}

await server.pubsub.subscribe('pubsub-events', 'prep.booking.events', handle)
takeOrders({ figures: () => tally.figures(), reset: () => tally.reset() })
await server.start()
