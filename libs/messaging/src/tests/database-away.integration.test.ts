import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf, type TcpProxy, tcpProxy, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MessageContext, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

let beforeHandler: () => Promise<void> = () => Promise.resolve()

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1)
  async hold(_data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await beforeHandler()
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
  }
}

let database: TestDatabase
let proxy: TcpProxy
let service: MessagingService

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
  const url = new URL(database.url)
  proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  service = await startMessagingService({ url: url.toString(), controllers: [BookingHandlers] })
})

afterAll(async () => {
  await service?.stop()
  await proxy?.close()
  await database?.drop()
})

const messages = (count: number) => Array.from({ length: count }, () => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() })))

describe('while the database is away', () => {
  it('deliveries are handed back, nothing is recorded, and all of it passes afterwards', async () => {
    const batch = messages(30)
    proxy.cut()
    expect(new Set(await deliver(service.app, batch))).toEqual(new Set(['RETRY']))
    expect(await inboxOf(database)).toEqual([])
    proxy.mend()
    await eventually(async () => expect(new Set(await deliver(service.app, batch))).toEqual(new Set(['SUCCESS'])))
    expect((await inboxOf(database)).map(row => row.state)).toEqual(Array.from({ length: 30 }, () => 'handled'))
    expect(await database.query('select 1 from effects')).toHaveLength(30)
  })

  it('a delivery that was in the middle is handed back and leaves no trace', async () => {
    await database.empty('inbox', 'effects')
    const [message] = messages(1)
    beforeHandler = () => {
      proxy.cut()
      return new Promise(done => setTimeout(done, 20))
    }
    expect(await deliver(service.app, message as never)).toEqual(['RETRY'])
    beforeHandler = () => Promise.resolve()
    proxy.mend()
    expect(await database.query('select 1 from inbox')).toEqual([])
    await eventually(async () => expect(await deliver(service.app, message as never)).toEqual(['SUCCESS']))
    expect(await database.query('select 1 from effects')).toHaveLength(1)
  })
})
