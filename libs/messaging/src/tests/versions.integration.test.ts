import { Controller } from '@nestjs/common'
import { deliver, envelopeOf, eventually, inboxOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TableLaidV1, TableLaidV2, type TableLaidV2Data, TableLaidV3 } from '../../../contracts/src/versions.fixture.ts'
import { type Effect, type Envelope, ExternalContext, MessageContext, Subscribe } from '../index.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

/** What the handlers were given. */
let seen: Array<{ data: TableLaidV2Data; envelope: Envelope; attempt: number }> = []
let failures = 0

function note(data: TableLaidV2Data, { envelope, attempt }: { envelope: Envelope; attempt: number }): void {
  seen.push({ data, envelope, attempt })
  if (failures-- > 0) throw new Error('the kitchen is on fire')
}

@Controller()
class OnTableLaid {
  @Subscribe(TableLaidV2, { retry: { immediate: 0, delaysMs: [20], maxAttempts: 3 } })
  async handle(data: TableLaidV2Data, context: MessageContext<TableLaidV2Data>): Promise<void> {
    note(data, context)
  }
}

@Controller()
class OnTableLaidOutside {
  @Subscribe(TableLaidV2, { effects: 'external', retry: { immediate: 0, delaysMs: [20], maxAttempts: 3 } })
  async handle(data: TableLaidV2Data, context: ExternalContext<TableLaidV2Data>): Promise<Effect> {
    note(data, context)
    return async () => undefined
  }
}

@Controller()
class OnTableLaidBefore {
  @Subscribe(TableLaidV1)
  async handle(): Promise<void> {}
}

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
})
afterAll(() => database?.drop())

beforeEach(async () => {
  seen = []
  failures = 0
  await database.empty('inbox')
})

const tableId = v7()
const asV2 = { tableId, guests: { adults: 4, children: 0 } }
const inV1 = () => envelopeOf(TableLaidV1, { tableId, guests: 4 })
const states = async () => (await inboxOf(database)).map(({ state, error_code, event_type }) => ({ state, error_code, event_type }))

describe.each([['database', OnTableLaid], ['external', OnTableLaidOutside]] as const)('a %s handler of version 2', (_effects, handler) => {
  let service: MessagingService

  beforeAll(async () => {
    service = await startMessagingService({ url: database.url, controllers: [handler] })
  })
  afterAll(() => service?.stop())

  const deliverAndSettle = async (messages: Envelope[]) => {
    expect(await deliver(service.app, messages, 'prep.booking.events')).toEqual(messages.map(() => 'SUCCESS'))
    return eventually(async () => {
      const rows = await states()
      return rows.length === messages.length && rows.every(({ state }) => ['handled', 'dead'].includes(state)) && rows
    })
  }

  it('is given version 1 as version 2, in one batch with it', async () => {
    const [older, newer] = [inV1(), envelopeOf(TableLaidV2, asV2)]
    expect(await deliverAndSettle([older, newer])).toHaveLength(2)
    expect(seen.map(({ data }) => data)).toEqual([asV2, asV2])
    expect(seen.find(({ envelope }) => envelope.id === older.id)?.envelope).toMatchObject({ type: TableLaidV2.type, dataschema: TableLaidV2.dataschema, data: asV2 })
  })

  it('is given it so when it is tried again, too', async () => {
    failures = 1
    expect(await deliverAndSettle([inV1()])).toMatchObject([{ state: 'handled', event_type: TableLaidV1.type }])
    expect(seen.map(({ data, attempt }) => [data, attempt])).toEqual([[asV2, 1], [asV2, 2]])
  })

  it('never sees a version 3', async () => {
    const rows = await deliverAndSettle([envelopeOf(TableLaidV3, { tableId, seats: ['stool'] }) as Envelope])
    expect(rows).toEqual([{ state: 'dead', error_code: 'MSG_VERSION_UNKNOWN', event_type: TableLaidV3.type }])
    expect(seen).toEqual([])
  })

  it('never sees what the upcaster cannot bring up: a dead letter at once, with the bytes as delivered', async () => {
    const message = envelopeOf(TableLaidV1, { tableId, guests: 13 })
    expect(await deliverAndSettle([message])).toEqual([{ state: 'dead', error_code: 'MSG_UPCAST_FAILED', event_type: TableLaidV1.type }])
    const [row] = await database.query<{ envelope: string }>('select envelope from inbox')
    expect(JSON.parse(row?.envelope ?? '')).toMatchObject({ type: TableLaidV1.type, data: message.data })
    expect(seen).toEqual([])
  })
})

it('two versions of one message cannot both have a handler', async () => {
  const started = startMessagingService({ url: database.url, controllers: [OnTableLaid, OnTableLaidBefore] })
  await expect(started).rejects.toMatchObject({ code: 'MSG_HANDLER_DUPLICATE' })
})
