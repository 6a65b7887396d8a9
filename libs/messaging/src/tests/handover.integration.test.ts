import { eventually } from '@prep/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LowWater } from '../relay/low-water.ts'
import { OutboxStore } from '../relay/outbox-store.ts'
import { outboxOf, type RelayRoom, relayRoom, type RelayUnderTest } from './relay-room.fixture.ts'

let room: RelayRoom
const relays: RelayUnderTest[] = []

beforeAll(async () => {
  room = await relayRoom()
})
afterAll(() => room?.close())
beforeEach(async () => {
  room.sidecar.accepted.splice(0)
  room.sidecar.bulks.splice(0)
  room.sidecar.answer = () => ({ status: 204 })
  await room.test.query(`truncate outbox, aggregates; update outbox_lease set owner = null, expires_at = '-infinity'`)
})
afterEach(() => Promise.all(relays.splice(0).map(({ relay }) => relay.stop())))

/** Looks at the table only when asked to: what arrives without being asked for came by hand. */
async function relayWithoutPoll(): Promise<RelayUnderTest> {
  const relay = await room.startRelay({ pollMs: 3_600_000 })
  relays.push(relay)
  await eventually(() => expect(looksOf(relay)).toBe(1))
  return relay
}

const INSERT_ROWS = `
insert into outbox (event_id, component, topic, key, shard, payload, size)
select gen_random_uuid(), 'pubsub-events', 'prep.booking.events', 'key' || n, 0, '{"id":"' || n || '","partitionkey":"key"}', 40 from generate_series(1, $1) n`
const looksOf = (relay: RelayUnderTest) => relay.statements.filter(sql => /from outbox\s+where id > /.test(sql)).length
const sent = (count: number) => eventually(() => expect(room.sidecar.accepted).toHaveLength(count))

describe('a row that this process commits', () => {
  it('goes to the relay without a look at the table, whatever its key had before', async () => {
    const relay = await relayWithoutPoll()
    for (let i = 0; i < 60; i++) {
      await room.publish(relay.outbox, `k${i % 3}`)
      await sent(i + 1)
    }
    expect(looksOf(relay)).toBe(1)
    expect(room.firstSequences('k0', 'events')).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    await relay.relay.flush(5_000)
    expect(await room.depth()).toBe(0)
  })

  it('asks the table for at most one look per 200 rows, whatever the load: counted, not timed', async () => {
    const relay = await relayWithoutPoll()
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => room.publish(relay.outbox, `k${i % 50}`)))
    await sent(1_000)
    expect(looksOf(relay)).toBeLessThanOrEqual(1 + 2 * 5)
    for (let i = 0; i < 50; i++) expect(room.firstSequences(`k${i}`, 'events')).toEqual(Array.from({ length: 20 }, (_, version) => version + 1))
  })

  it('waits for an older row of its key that another process committed; other keys do not', async () => {
    const relay = await relayWithoutPoll()
    await room.publish(outboxOf(), 'shared')
    await room.publish(relay.outbox, 'mine')
    await sent(1)
    expect(looksOf(relay)).toBe(1)
    await room.publish(relay.outbox, 'shared')
    await sent(3)
    expect(room.firstSequences('shared', 'events')).toEqual([1, 2])
  })

  it('follows rows of its key that are on another topic, or in the same transaction, in their order', async () => {
    const relay = await relayWithoutPoll()
    for (let i = 0; i < 5; i++) await room.publish(relay.outbox, 'a', { topics: ['events', 'commands', 'events'] })
    await sent(15)
    expect(room.firstSequences('a', 'commands')).toEqual([1, 2, 3, 4, 5])
    expect(room.firstSequences('a', 'events')).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  })

  it('is left to the table while its topic has no room in memory, and the other topic goes on', async () => {
    room.sidecar.answer = bulk => (bulk[0]?.topic.endsWith('events') ? { status: 500, body: { message: 'no leader' } } : { status: 204 })
    const relay = await room.startRelay()
    relays.push(relay)
    await room.database.transaction(async tx => {
      await tx.query(INSERT_ROWS, [1_500])
    })
    await eventually(() => expect(relay.relay.ticket(['prep.booking.events'])).toBeUndefined())
    await room.publish(outboxOf(), 'theirs', { topics: ['commands'] })
    await room.publish(relay.outbox, 'ours', { topics: ['commands'] })
    await sent(2)
    room.sidecar.answer = () => ({ status: 204 })
    await eventually(async () => expect(await room.depth()).toBe(0))
    expect(room.sidecar.accepted).toHaveLength(1_502)
  })
})

describe('the low-water mark', () => {
  it('passes no id whose writer has not ended, however long ago it was given out', async () => {
    const store = new OutboxStore(room.database)
    const mark = new LowWater(store, 0)
    let commit = (): void => undefined
    const held = new Promise<void>(done => (commit = done))
    const slow = room.database.transaction(async tx => {
      await tx.query(INSERT_ROWS, [1])
      await held
    })
    await eventually(async () => expect((await store.writers()).size).toBe(1))
    const [{ highest } = { highest: '' }] = await room.test.query<{ highest: string }>(`select setval(pg_get_serial_sequence('outbox', 'id'), nextval(pg_get_serial_sequence('outbox', 'id')) + 1000) as highest`)
    for (let i = 0; i < 3; i++) expect(await mark.reachable(highest)).toBeUndefined()
    commit()
    await slow
    expect(await mark.reachable(highest)).toBe(highest)
    const [row] = await room.test.query<{ id: string }>('select id from outbox')
    mark.move(highest, row?.id)
    expect(BigInt(mark.mark)).toBe(BigInt(row?.id ?? 0) - 1n)
  })
})
