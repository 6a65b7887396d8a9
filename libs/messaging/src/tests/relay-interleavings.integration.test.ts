import { eventually } from '@prep/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SidecarAnswer } from './fake-sidecar.fixture.ts'
import { outboxOf, type RelayRoom, relayRoom, type RelayUnderTest } from './relay-room.fixture.ts'

/*
 * Two processes of one service publish and relay; statements and requests interleave as PostgreSQL and the event loop have
 * it, while processes crash between any two of them, leases run out early as when a clock jumps, and the sidecar refuses.
 * Whatever happened: what was committed arrives, nothing else does, and per topic and key each arrives first in order.
 */
const KEYS = ['a', 'b', 'c']

type Step =
  | { do: 'publish'; by: 0 | 1; key: number; topics: Array<'events' | 'commands'>; turns: number }
  | { do: 'crash' | 'start'; who: 0 | 1 }
  | { do: 'steal leases' }
  | { do: 'answer'; how: 'well' | 'away' | 'away after taking it' | 'entry refused' | 'refused as a whole' | 'late' }
  | { do: 'settle' }

const who = fc.constantFrom<0 | 1>(0, 1)
const topics = fc.constantFrom<Array<Array<'events' | 'commands'>>[number]>(['events'], ['commands'], ['events', 'commands'], ['events', 'events'])
const publish = fc.record({ do: fc.constant('publish' as const), by: who, key: fc.nat({ max: KEYS.length - 1 }), topics, turns: fc.nat({ max: 3 }) })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: publish },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'start' as const), who }) },
  { weight: 1, arbitrary: fc.constant({ do: 'steal leases' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), how: fc.constantFrom('well' as const, 'away' as const, 'away after taking it' as const, 'entry refused' as const, 'refused as a whole' as const, 'late' as const) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'settle' as const }) },
)

let room: RelayRoom
beforeAll(async () => {
  room = await relayRoom()
})
afterAll(() => room?.close())

/** How the sidecar answers; the refusals are each once, so that no row is blocked. */
function behave(how: string): void {
  let refusals = 1
  room.sidecar.answer = async (bulk): Promise<SidecarAnswer> => {
    if (how === 'late') return new Promise(done => setTimeout(() => done({ status: 204 }), 5))
    if (how === 'away') return { status: 500, body: { message: 'no leader' } }
    if (how === 'away after taking it' && refusals-- > 0) {
      room.sidecar.accepted.push(...bulk)
      return { status: 500, body: { message: 'connection lost' } }
    }
    if (how === 'entry refused' && bulk.length > 1 && refusals-- > 0) return { status: 500, body: { failedEntries: [{ entryId: bulk[0]?.entryId ?? '', error: 'message was too large' }] } }
    if (how === 'refused as a whole' && refusals-- > 0) return { status: 400, body: { errorCode: 'ERR_PUBSUB_REQUEST' } }
    return { status: 204 }
  }
}

class Story {
  readonly #relays: [RelayUnderTest | undefined, RelayUnderTest | undefined] = [undefined, undefined]
  readonly #committed: Array<Promise<string[]>> = []

  async run(steps: readonly Step[]): Promise<void> {
    await this.#start(0)
    for (const one of steps) await this.#do(one)
    behave('well')
    await this.#start(0)
    await this.#start(1)
    const ids = (await Promise.all(this.#committed)).flat().sort()
    await eventually(async () => expect(await room.depth()).toBe(0), { timeoutMs: 20_000 })
    expect([...new Set(room.sidecar.accepted.map(entry => entry.event.id))].sort()).toEqual(ids)
    for (const key of KEYS) {
      for (const topic of ['events', 'commands'] as const) {
        const sequences = room.firstSequences(key, topic)
        expect(sequences, `${topic} of ${key}`).toEqual([...sequences].sort((one, other) => one - other))
      }
    }
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#committed)
    for (const relay of this.#relays) await relay?.relay.stop()
  }

  async #do(one: Step): Promise<void> {
    if (one.do === 'publish') {
      this.#committed.push(room.publish(this.#relays[one.by]?.outbox ?? outboxOf(), KEYS[one.key] as string, { topics: one.topics }))
      for (let i = 0; i < one.turns; i++) await new Promise(done => setImmediate(done))
    } else if (one.do === 'crash') {
      await this.#relays[one.who]?.crash()
      this.#relays[one.who] = undefined
    } else if (one.do === 'start') await this.#start(one.who)
    else if (one.do === 'steal leases') await room.test.query(`update outbox_lease set expires_at = '-infinity'`)
    else if (one.do === 'answer') behave(one.how)
    else await Promise.all(this.#committed)
  }

  async #start(index: 0 | 1): Promise<void> {
    this.#relays[index] ??= await room.startRelay({ leaseMs: 400, pollMs: 20 })
  }
}

it('loses nothing, invents nothing, and keeps the order of each topic and key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async steps => {
      room.sidecar.accepted.splice(0)
      behave('well')
      await room.test.query(`truncate outbox, aggregates; update outbox_lease set owner = null, expires_at = '-infinity'`)
      const story = new Story()
      try {
        await story.run(steps)
      } finally {
        await story.end()
      }
    }),
    { numRuns: Number(process.env['PREP_PROPERTY_RUNS'] ?? 25), endOnFailure: true },
  )
}, 180_000)
