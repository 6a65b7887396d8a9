import 'reflect-metadata'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { contractOf, DeadLetterRecordedV1, HoldSlotV1, ReleaseSlotV1, ReplayDeadLetterV1, SlotReleasedV1 } from '@prep/contracts'
import type { Envelope } from '@prep/messaging'
import { build, type Platform, repositoryRoot } from '@prep/runtime'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { quietPool } from '../database.ts'
import { eventually } from '../eventually.ts'
import { produceRaw, readTopics } from '../kafka.ts'
import { envelopeOf, sampleOf } from '../samples.ts'
import { endPlatform, privatePlatform, startPlatform } from '../setup/private-platform.ts'
import { KeptAlive } from './kept-alive.ts'
import { serviceRoom } from './service-room.ts'

let platform: Platform
let pool: ReturnType<typeof quietPool>
let provider: Server
let settings: Record<string, string>
let service: KeptAlive
/** Of one key of an ordered handler; the first one kills. */
const key = v7()
const inOrder = [1, 2, 3].map(sequence => envelopeOf(SlotReleasedV1, sampleOf(SlotReleasedV1, { bookingId: key }), { subject: key, sequence }))

beforeAll(async () => {
  platform = await privatePlatform({ parts: 'infra', databases: ['crashing'] })
  await build(repositoryRoot)
  await startPlatform(platform)
  const room = await serviceRoom(platform, 'booking', 'crashing')
  pool = room.pool
  provider = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  settings = { ...room.settings, PROVIDER_URL: `http://127.0.0.1:${(provider.address() as { port: number }).port}` }
  service = await KeptAlive.start(settings)
  await room.sidecar.start()
  await offer([hold()])
  await settled()
  await service.stop()
})

beforeEach(async () => {
  service = await KeptAlive.start(settings)
})

afterEach(() => service.stop())

afterAll(async () => {
  await pool?.end()
  provider?.close()
  if (platform) await endPlatform(platform)
})

const rows = async <R>(sql: string, params?: unknown[]): Promise<R[]> => (await pool.query(sql, params)).rows as R[]
const hold = (): Envelope => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: v7() }))
const release = (): Envelope => envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: v7() }))

/** Replays are asked of their owner, on its own topic. */
const topicOf = ({ type }: Envelope): string => (type === ReplayDeadLetterV1.type ? HoldSlotV1.topic : contractOf(type)?.topic ?? '')

async function offer(messages: Envelope[], kinds: Record<string, string> = {}): Promise<void> {
  for (const [id, kind] of Object.entries(kinds)) await rows('insert into parts (event_id, kind) values ($1, $2)', [id, kind])
  await produceRaw(platform.kafkaBrokers, messages.map(message => ({ topic: topicOf(message), key: message.partitionkey, value: JSON.stringify(message) })))
}

async function settled(timeoutMs = 30_000): Promise<void> {
  await eventually(async () => {
    const found = await rows(`select state from inbox where state not in ('handled', 'dead', 'parked')`)
    expect(found).toEqual([])
    expect(await rows('select 1 from inbox')).not.toEqual([])
  }, { timeoutMs, intervalMs: 200, what: 'everything has come to rest' })
}

const stateOf = async ({ id }: Envelope) => (await rows<{ state: string; error_code: string | null }>('select state, error_code from inbox where event_id = $1', [id]))[0]
const effectsOf = async (messages: readonly Envelope[]) =>
  (await rows<{ event_id: string }>('select event_id from effects where event_id = any($1::uuid[]) and note <> $2', [messages.map(({ id }) => id), 'heard'])).map(row => row.event_id).sort()

test('messages that kill the process end as dead letters; the fifty around them are handled once, and the service stays up', { timeout: 240_000 }, async () => {
  const good = Array.from({ length: 50 }, (_, index) => (index % 10 === 0 ? release() : hold()))
  const poisons = { exits: hold(), kills: hold(), exhausts: hold(), spins: hold() }
  const external = release()
  const [ordered] = inOrder as [Envelope]
  const messages = [...good.slice(0, 20), ...Object.values(poisons), external, ...inOrder, ...good.slice(20)]
  const kinds = Object.fromEntries(Object.entries(poisons).map(([kind, { id }]) => [id, kind]))
  await offer(messages, { ...kinds, [external.id]: 'kills', [ordered.id]: 'kills' })
  const all = [...Object.values(poisons), external, ordered]
  await eventually(async () => {
    for (const poison of all) expect(await stateOf(poison)).toEqual({ state: 'dead', error_code: 'MSG_CONSUMER_CRASHED' })
  }, { timeoutMs: 200_000, intervalMs: 500, what: 'every poison is a dead letter' })
  await settled()
  expect(await effectsOf(good)).toEqual(good.map(({ id }) => id).sort())
  expect(await effectsOf(all)).toEqual([])
  const letters = await rows<{ event_id: string; group_id: string; attempt_log: unknown[] }>(`select event_id, group_id, attempt_log from inbox where state = 'dead'`)
  expect(letters.map(({ event_id: id }) => id).sort()).toEqual(all.map(({ id }) => id).sort())
  for (const letter of letters) expect(letter.attempt_log).toHaveLength(3)
  expect(new Set(letters.map(letter => letter.group_id)).size).toBe(3)
  for (const message of inOrder.slice(1)) expect(await stateOf(message)).toEqual({ state: 'parked', error_code: null })
  // One death without a trace, and three of each message's own.
  expect(service.deaths).toBeLessThanOrEqual(1 + 3 * all.length)
  const deaths = service.deaths
  const later = [hold(), release()]
  await offer(later)
  await eventually(async () => expect(await effectsOf(later)).toHaveLength(2))
  await eventually(async () => {
    const told = (await readTopics(platform.kafkaBrokers, [DeadLetterRecordedV1.topic])).map(({ value }) => (JSON.parse(value.toString()) as Envelope<{ eventId?: string }>).data.eventId)
    expect(told).toEqual(expect.arrayContaining(all.map(({ id }) => id)))
  }, { timeoutMs: 30_000 })
  expect(service.deaths).toBe(deaths)
})

test('a letter of a message that kills may be retried: it is dead again without a loop; mended, it is handled, and what waited behind it', { timeout: 120_000 }, async () => {
  const eventId = inOrder[0]?.id as string
  const retry = (): Envelope => envelopeOf(ReplayDeadLetterV1, { consumer: 'booking/booking.slot-released', eventId, operator: 'ada' }, { subject: eventId })
  const outcome = async (command: Envelope) => (await rows<{ outcome: string; code: string | null }>('select outcome, code from letter_decision where command_id = $1', [command.id]))[0]
  const first = retry()
  await offer([first])
  await eventually(async () => expect(await outcome(first)).toEqual({ outcome: 'dead', code: 'MSG_CONSUMER_CRASHED' }), { timeoutMs: 90_000, intervalMs: 200 })
  expect(service.deaths).toBe(3)
  await rows('delete from parts where event_id = $1', [eventId])
  const second = retry()
  await offer([second])
  await eventually(async () => expect(await outcome(second)).toEqual({ outcome: 'handled', code: null }))
  await eventually(async () => expect(await effectsOf(inOrder)).toHaveLength(3))
  expect(await rows('select event_id from effects where event_id = any($1::uuid[]) order by id', [inOrder.map(({ id }) => id)])).toEqual(inOrder.map(({ id }) => ({ event_id: id })))
  expect(service.deaths).toBe(3)
})

test('a SIGKILL from outside, six times in a row, makes no message a dead letter', { timeout: 180_000 }, async () => {
  const messages = Array.from({ length: 60 }, (_, index) => (index % 10 === 0 ? release() : hold()))
  await offer(messages, Object.fromEntries(messages.map(({ id }) => [id, 'slow'])))
  for (let round = 0; round < 6; round++) {
    const before = (await effectsOf(messages)).length
    await eventually(async () => expect((await effectsOf(messages)).length).toBeGreaterThan(Math.min(before, messages.length - 1)), { timeoutMs: 60_000, what: 'it works again' })
    await service.kill()
  }
  await eventually(async () => expect(await effectsOf(messages)).toEqual(messages.map(({ id }) => id).sort()), { timeoutMs: 90_000, intervalMs: 200 })
  for (const message of messages) expect(await stateOf(message)).toEqual({ state: 'handled', error_code: null })
})
