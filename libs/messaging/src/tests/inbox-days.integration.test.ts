import { Controller } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, sampleOf } from '@prep/testing'
import pg from 'pg'
import { v4, v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Envelope, MessageContext, Subscribe } from '../index.ts'
import { DAY_MS, dayOf } from '../inbox/inbox-days.ts'
import { InboxKeeper } from '../inbox/inbox-keeper.ts'
import { messagingRoom } from './messaging-room.fixture.ts'
import { startMessagingService } from './messaging-service.fixture.ts'

const RETENTION_MS = 10 * DAY_MS
let runs: string[] = []

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1)
  async hold(_data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    runs.push(context.envelope.id)
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
  }
}

const room = messagingRoom({ controllers: [BookingHandlers], tables: ['inbox', 'effects', 'letter_decision', 'outbox_decision'] })

beforeEach(() => {
  runs = []
})

const keeper = (maxMoved?: number) => new InboxKeeper(room.service.database, { retentionMs: RETENTION_MS, decisionRetentionMs: 90 * DAY_MS, ...(maxMoved !== undefined && { maxMoved }) })
const made = (ms: number): Envelope<HoldSlotV1Data> => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }), { id: v7({ msecs: ms }) })
const startOfToday = () => Math.floor(Date.now() / DAY_MS) * DAY_MS

async function days(): Promise<string[]> {
  const rows = await room.database.query<{ name: string }>(`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'inbox'::regclass order by 1`)
  return rows.map(({ name }) => name)
}

async function insert(id: string, state: string, receivedAt = new Date()): Promise<string> {
  await room.database.query(
    `insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, received_at) values ('booking/x', $1, 'x', 'k', $2, 1, $3)`,
    [id, state, receivedAt],
  )
  return id
}

async function makeDay(time: number): Promise<string> {
  const { table, from, to } = dayOf(time)
  await room.database.query(`create table ${table} partition of inbox for values from ('${from}') to ('${to}')`)
  return table
}

const whereIs = async (id: string) => (await room.database.query<{ place: string }>('select tableoid::regclass::text as place from inbox where event_id = $1', [id]))[0]?.place

describe('duplicates', () => {
  it('meet their twin across midnight, whenever they come', async () => {
    const lastMoment = made(startOfToday() - 1)
    const firstMoment = made(startOfToday())
    expect(await deliver(room.app, [lastMoment, firstMoment])).toEqual(['SUCCESS', 'SUCCESS'])
    expect(await deliver(room.app, [firstMoment, lastMoment])).toEqual(['SUCCESS', 'SUCCESS'])
    expect(runs).toEqual(expect.arrayContaining([lastMoment.id, firstMoment.id]))
    expect(runs).toHaveLength(2)
    expect(await whereIs(lastMoment.id)).toBe(dayOf(startOfToday() - 1).table)
    expect(await whereIs(firstMoment.id)).toBe(dayOf(startOfToday()).table)
  })

  it('meet their twin when the clocks of publishers are five minutes apart', async () => {
    const messages = [made(Date.now() - 300_000), made(Date.now() + 300_000)]
    await deliver(room.app, messages)
    await deliver(room.app, messages)
    expect(runs).toHaveLength(2)
    expect((await inboxOf(room.database)).map(row => row.state)).toEqual(['handled', 'handled'])
  })

  it('meet their twin also when they are older than the first day that was made', async () => {
    const message = made(Date.now() - 5 * DAY_MS)
    await deliver(room.app, message)
    await deliver(room.app, message)
    expect(runs).toEqual([message.id])
    expect(await whereIs(message.id)).toBe('inbox_default')
  })

  it('that nobody could recognise any more are dead letters, and so is what comes from the future', async () => {
    const messages = [made(Date.now() - RETENTION_MS - 60_000), made(Date.now() + 660_000)]
    expect(await deliver(room.app, [...messages, ...messages])).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(runs).toEqual([])
    expect((await inboxOf(room.database)).map(row => [row.event_id, row.state, row.error_code])).toEqual(expect.arrayContaining([
      [messages[0]?.id, 'dead', 'MSG_TOO_OLD'], [messages[1]?.id, 'dead', 'MSG_FROM_FUTURE'],
    ]))
  })
})

describe('what operators decided', () => {
  async function decided(daysAgo: number, outcome: string | null, letter = v7()): Promise<string> {
    const id = v7()
    await room.database.query(
      `insert into letter_decision (command_id, action, consumer, event_id, operator, correlation_id, claimed_until, outcome, asked_at, ended_at)
       select $1, 'replay', 'booking/x', $2, 'ada', 'c', 'infinity', $3, at, case when $3::text is not null then at end
       from (select clock_timestamp() - $4::integer * interval '1 day' as at) asked`,
      [id, letter, outcome, daysAgo],
    )
    return id
  }

  it('is forgotten after its retention, but not while it is under way or its letter is there', async () => {
    await decided(91, 'handled')
    await decided(200, 'refused')
    const kept = [await decided(89, 'skipped'), await decided(200, null), await decided(200, 'dead', await insert(v7(), 'dead'))]
    expect(await keeper().keep()).toBe(0)
    expect((await room.database.query<{ id: string }>('select command_id as id from letter_decision order by 1')).map(({ id }) => id)).toEqual(kept.sort())
    expect(await keeper().keep()).toBeUndefined()
  })
})

describe('what operators did to blocked rows of the outbox', () => {
  it('is forgotten after its retention', async () => {
    await room.database.query(
      `insert into outbox_decision (action, event_id, topic, key, operator, decided_at)
       select 'drop', $1, 'a topic', 'a key', days::text, clock_timestamp() - days * interval '1 day' from unnest(array[89, 91, 200]) as days`, [v7()])
    expect(await keeper().keep()).toBe(0)
    expect(await room.database.query('select operator from outbox_decision')).toEqual([{ operator: '89' }])
    expect(await keeper().keep()).toBeUndefined()
  })
})

describe('the keeper of the days', () => {
  it('makes the days that are missing, moves what waited for them, and does it once for all replicas', async () => {
    const tomorrow = startOfToday() + DAY_MS
    const { table } = dayOf(tomorrow)
    await room.database.query(`drop table ${table}`)
    const early = await insert(v7({ msecs: tomorrow + 5 }), 'handled')
    const stranger = await insert(v4(), 'dead')
    expect(await whereIs(early)).toBe('inbox_default')
    await Promise.all(Array.from({ length: 4 }, () => keeper().keep()))
    await keeper().keep()
    expect(await days()).toContain(table)
    expect([await whereIs(early), await whereIs(stranger)]).toEqual([table, 'inbox_default'])
    await expect(insert(early, 'handled')).rejects.toThrow('duplicate key')
  })

  it('drops a day past retention, and keeps what is unresolved under its id', async () => {
    const old = Date.now() - RETENTION_MS - 3 * DAY_MS
    const table = await makeDay(old)
    await insert(v7({ msecs: old }), 'handled')
    await insert(v7({ msecs: old }), 'skipped')
    const unresolved = ['received', 'retrying', 'dead', 'parked', 'replaying', 'archived']
    const ids = []
    for (const state of unresolved) ids.push(await insert(v7({ msecs: old }), state))
    await keeper().keep()
    expect(await days()).not.toContain(table)
    expect((await inboxOf(room.database)).map(row => row.state).sort()).toEqual([...unresolved].sort())
    for (const id of ids) expect(await whereIs(id)).toBe('inbox_default')
  })

  it('keeps a whole day of which too much is unresolved', async () => {
    const old = Date.now() - RETENTION_MS - 4 * DAY_MS
    const table = await makeDay(old)
    for (let i = 0; i < 3; i++) await insert(v7({ msecs: old }), 'dead')
    await keeper(2).keep()
    expect(await days()).toContain(table)
    expect(await inboxOf(room.database)).toHaveLength(3)
    await keeper(3).keep()
    expect(await days()).not.toContain(table)
    expect(await inboxOf(room.database)).toHaveLength(3)
  })

  it('leaves a day that is not past retention by all clocks', async () => {
    const table = await makeDay(Date.now() - RETENTION_MS)
    await keeper().keep()
    expect(await days()).toContain(table)
  })

  it('forgets in the default partition what is resolved and past retention', async () => {
    const longAgo = new Date(Date.now() - RETENTION_MS - 2 * DAY_MS)
    for (const state of ['handled', 'skipped', 'dead']) await insert(v4(), state, longAgo)
    await insert(v4(), 'handled')
    await keeper().keep()
    expect((await inboxOf(room.database)).map(row => row.state)).toEqual(['dead', 'handled'])
  })

  it('gives way to whoever uses the inbox, and comes again soon', async () => {
    const old = Date.now() - RETENTION_MS - 5 * DAY_MS
    const table = await makeDay(old)
    const client = new pg.Client({ connectionString: room.database.url })
    await client.connect()
    await client.query(`begin; select 1 from inbox limit 1`)
    expect(await keeper().keep()).toBe(60_000)
    expect(await days()).toContain(table)
    await client.query('rollback')
    await client.end()
    expect(await keeper().keep()).toBeUndefined()
    expect(await days()).not.toContain(table)
  })

  it('lets deliveries pass while it works', async () => {
    let working = true
    const keeping = (async () => {
      for (let day = 6; day < 16; day++) {
        await makeDay(Date.now() - RETENTION_MS - day * DAY_MS)
        await keeper().keep()
      }
      working = false
    })()
    let delivered = 0
    while (working) {
      const batch = Array.from({ length: 10 }, () => made(Date.now()))
      expect(new Set(await deliver(room.app, batch))).toEqual(new Set(['SUCCESS']))
      delivered += batch.length
    }
    await keeping
    expect(new Set(runs).size).toBe(delivered)
    expect(await room.database.query('select 1 from effects')).toHaveLength(delivered)
  })
})

describe('the retention', () => {
  it('must be more than what the broker keeps and the longest retry takes, or the service does not start', async () => {
    const options = { url: room.database.url, controllers: [BookingHandlers], inboxRetentionDays: 8, retry: { immediate: 0, delaysMs: [DAY_MS], maxAttempts: 3 } }
    await expect(startMessagingService(options)).rejects.toMatchObject({ code: 'MSG_CONFIG_INVALID', message: expect.stringContaining('inboxRetentionDays') })
  })
})
