import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { MessageContext, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

/** More than the second within which the database notices that a connection is gone, and lets go of its rows. */
const LIMIT_MS = 1_500
const hanging = new Set<string>()
let pids: number[] = []

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1, { retry: { immediate: 3, delaysMs: [600_000], maxAttempts: 5 } })
  async hold(_data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
    if (!hanging.has(context.envelope.id)) return
    pids.push(await pidOf(context.tx))
    await context.tx.query('select pg_sleep(20)')
  }
}

async function pidOf(connection: { query<R>(sql: string): Promise<R[]> }): Promise<number> {
  return (await connection.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid ?? 0
}

const room = messagingRoom({ controllers: [BookingHandlers], handlerTimeoutMs: LIMIT_MS, tables: ['inbox', 'effects'] })

beforeEach(() => {
  hanging.clear()
  pids = []
})

const messages = (count: number) => Array.from({ length: count }, () => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() })))

describe('a handler whose query hangs', () => {
  it('ends at its limit, is not run again at once, and takes no neighbour with it', async () => {
    const batch = messages(6)
    hanging.add(batch[2]?.id as string)
    expect(new Set(await deliver(room.app, batch))).toEqual(new Set(['SUCCESS']))
    const rows = await inboxOf(room.database)
    expect(rows.filter(row => row.state === 'handled')).toHaveLength(5)
    expect(rows.filter(row => row.state !== 'handled')).toMatchObject([{ event_id: batch[2]?.id, state: 'retrying', attempts: 1, error_code: 'MSG_HANDLER_TIMEOUT' }])
    expect(await room.database.query('select 1 from effects')).toHaveLength(5)
    // Once with its neighbours, once alone.
    expect(pids.length).toBeLessThanOrEqual(2)
  })

  it('loses its connection: that never comes back from the pool, which stays whole', async () => {
    const size = room.service.database.poolSize
    const batch = messages(4)
    for (const { id } of batch) hanging.add(id)
    for (const message of batch) expect(await deliver(room.app, message)).toEqual(['SUCCESS'])
    expect(pids).toHaveLength(batch.length)
    expect(new Set(pids).size).toBe(batch.length)
    let atWork = 0
    let release = (): void => undefined
    const all = new Promise<void>(done => (release = done))
    const used = await Promise.all(Array.from({ length: size }, () => room.service.database.transaction(async tx => {
      const pid = await pidOf(tx)
      if (++atWork === size) release()
      await all
      return pid
    })))
    expect(new Set(used).size).toBe(size)
    expect(used.filter(pid => pids.includes(pid))).toEqual([])
  })
})
