import { eventually } from '@prep/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SidecarAnswer } from './fake-sidecar.fixture.ts'
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

async function startRelay(leaseMs: number): Promise<RelayUnderTest> {
  const relay = await room.startRelay({ leaseMs, pollMs: 3_600_000 })
  relays.push(relay)
  return relay
}

/** A sidecar that has the message but does not answer until told to. */
function holdAnswer(): () => void {
  let release = (): void => undefined
  const held = new Promise<void>(done => (release = done))
  room.sidecar.answer = (): Promise<SidecarAnswer> => held.then(() => ({ status: 204 }))
  return release
}

const sentIds = () => room.sidecar.accepted.map(entry => entry.event.id)

describe('a process that dies', () => {
  it('between publish and delete leaves a row that the next one sends again, under the same id', async () => {
    const first = await startRelay(600)
    const letGo = first.hold()
    const [id] = await room.publish(first.outbox, 'a')
    await eventually(() => expect(sentIds()).toEqual([id]))
    const dying = first.crash()
    letGo()
    await dying
    expect(await room.depth()).toBe(1)
    const second = await startRelay(600)
    await eventually(() => expect(sentIds()).toEqual([id, id]), { timeoutMs: 5_000 })
    await second.relay.flush(5_000)
    expect(await room.depth()).toBe(0)
  })

  it('before it published leaves rows that the next one sends in order', async () => {
    const first = await startRelay(600)
    room.sidecar.answer = () => ({ status: 500, body: { message: 'no leader' } })
    const ids = [...(await room.publish(first.outbox, 'a')), ...(await room.publish(first.outbox, 'a'))]
    await first.crash()
    room.sidecar.answer = () => ({ status: 204 })
    await startRelay(600)
    await eventually(() => expect(sentIds()).toEqual(ids), { timeoutMs: 5_000 })
  })

  it('between commit and handing over loses nothing: the table has it', async () => {
    const [id] = await room.publish(outboxOf(), 'a')
    await startRelay(600)
    await eventually(() => expect(sentIds()).toEqual([id]))
  })
})

describe('a lease', () => {
  it('that goes to another process while a bulk is on its way leaves the row to that process', async () => {
    const relay = await startRelay(60_000)
    const release = holdAnswer()
    const [id] = await room.publish(relay.outbox, 'a')
    await eventually(() => expect(room.sidecar.bulks).toHaveLength(1))
    await room.test.query(`update outbox_lease set owner = 'other', epoch = epoch + 1, expires_at = clock_timestamp() + interval '1 minute'`)
    release()
    await eventually(() => expect(sentIds()).toEqual([id]))
    await relay.relay.flush(200)
    expect(await room.depth()).toBe(1)
  })

  it('that is lost and taken again does not send what is on its way a second time at once', async () => {
    const relay = await startRelay(400)
    const release = holdAnswer()
    const [id] = await room.publish(relay.outbox, 'a')
    await eventually(() => expect(room.sidecar.bulks).toHaveLength(1))
    await room.test.query(`update outbox_lease set epoch = epoch + 1`)
    const epoch = async () => relay.statements.filter(sql => sql.startsWith('with free')).length
    const renewals = await epoch()
    await eventually(async () => expect(await epoch()).toBeGreaterThan(renewals + 1))
    expect(room.sidecar.bulks).toHaveLength(1)
    release()
    room.sidecar.answer = () => ({ status: 204 })
    await eventually(async () => {
      await relay.relay.flush(100)
      expect(await room.depth()).toBe(0)
    })
    expect(new Set(sentIds())).toEqual(new Set([id]))
  })

  it('that is renewed late holds what waits back, and lets it go when it is renewed', async () => {
    const relay = await room.startRelay({ leaseMs: 2_000, pollMs: 20 })
    relays.push(relay)
    const answer = holdAnswer()
    await room.publish(relay.outbox, 'a')
    await room.publish(relay.outbox, 'a')
    await eventually(() => expect(room.sidecar.bulks).toHaveLength(1))
    const letGo = relay.hold()
    try {
      await eventually(() => expect(relay.relay.ticket([])).toBeUndefined(), { intervalMs: 5 })
      const begun = room.sidecar.bulks.length
      answer()
      await eventually(() => expect(room.sidecar.accepted).toHaveLength(begun), { intervalMs: 5 })
      expect(room.sidecar.bulks).toHaveLength(begun)
      expect(room.firstSequences('a', 'events')).toEqual([1])
    } finally {
      letGo()
    }
    await eventually(() => expect(room.firstSequences('a', 'events')).toEqual([1, 2]))
  })

  it('of a dead process ends in time also when the clock of the database was set back by a day', async () => {
    await room.test.query(`update outbox_lease set owner = 'dead', epoch = epoch + 1, expires_at = clock_timestamp() + interval '1 day'`)
    await room.publish(outboxOf(), 'a')
    await startRelay(1_000)
    await eventually(() => expect(sentIds()).toHaveLength(1), { timeoutMs: 5_000 })
  })

  it('of a living process that the clock calls over is taken by another; both keep the order', async () => {
    const [one, other] = [await startRelay(300), await startRelay(300)]
    for (let i = 0; i < 20; i++) {
      await room.publish(i % 2 === 0 ? one.outbox : other.outbox, 'a')
      if (i % 5 === 0) await room.test.query(`update outbox_lease set expires_at = '-infinity'`)
      one.relay.wake(['any'])
      other.relay.wake(['any'])
    }
    await eventually(() => expect(new Set(sentIds()).size).toBe(20))
    expect(room.firstSequences('a', 'events')).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
})
