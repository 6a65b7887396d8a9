import { CommunicationProtocolEnum, DaprClient } from '@dapr/dapr'
import { randomInt, randomUUID } from 'node:crypto'
import pg from 'pg'
import { subscribeToNothing, takeOrders } from './control.ts'
import { openLoop } from './open-loop.ts'

/** The same flow as the Dapr SDK's guides write it: commit, then publish; what happens in between is lost. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 12 })
await pool.query('create table if not exists tally (id uuid primary key, version integer not null default 0)')
const aggregates = Array.from({ length: 1_000 }, () => randomUUID())
await pool.query('insert into tally (id) select unnest($1::uuid[])', [aggregates])
const dapr = new DaprClient({ daprHost: '127.0.0.1', daprPort: process.env['DAPR_HTTP_PORT'] as string, communicationProtocol: CommunicationProtocolEnum.HTTP })

async function publish(): Promise<void> {
  const bookingId = aggregates[randomInt(aggregates.length)] as string
  const publishedAt = Date.now()
  await pool.query('update tally set version = version + 1 where id = $1', [bookingId])
  const { error } = await dapr.pubsub.publish('pubsub-events', 'prep.booking.events', { bookingId, publishedAt }, { metadata: { partitionKey: bookingId } })
  if (error) throw error
}

subscribeToNothing()
takeOrders({ run: ({ rate = 0, seconds = 0 }) => openLoop({ rate, seconds }, publish) })
