import 'reflect-metadata'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { DeadLetterReplayedV1, DeadLetterSkippedV1, HoldSlotV1, ReleaseSlotV1, ReplayDeadLetterV1, SlotHeldV1 } from '@prep/contracts'
import type { Envelope } from '@prep/messaging'
import { type CrashPoint, crashPoints } from '@prep/messaging/crash-points'
import { build, type Platform, repositoryRoot } from '@prep/runtime'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { quietPool } from '../database.ts'
import { eventually } from '../eventually.ts'
import { produceRaw, readTopics } from '../kafka.ts'
import { envelopeOf, sampleOf } from '../samples.ts'
import { endPlatform, privatePlatform, startPlatform } from '../setup/private-platform.ts'
import { KitchenSource } from './kitchen-source.fixture.ts'
import { OrderedKeys } from './ordered-keys.fixture.ts'
import { ServiceProcess } from './service-process.ts'
import { serviceRoom } from './service-room.ts'

const COMMANDS = 'prep.booking.commands'
const WAVES = 30
const LETTERS = `select event_id, error_code from inbox where state = 'dead' and consumer = 'booking/booking.hold-slot' order by event_id`

interface Letter { readonly event_id: string, readonly error_code: string }

let platform: Platform
let pool: ReturnType<typeof quietPool>
let provider: Server
let settings: Record<string, string>
let ordered: OrderedKeys
let kitchens: KitchenSource
/** How often the provider was asked, by its idempotency key. */
const calls = new Map<string, number>()
/** Everything ever put on the commands topic. */
const offered = { holds: [] as string[], releases: [] as string[], replays: [] as string[] }
const aggregates = [v7(), v7(), v7()]
let version = 0
/** Those of the test that is running: one that fails leaves none to the next. */
const lives: ServiceProcess[] = []

async function live(point?: CrashPoint): Promise<ServiceProcess> {
  const life = await ServiceProcess.start(settings, point)
  lives.push(life)
  return life
}

beforeAll(async () => {
  platform = await privatePlatform({ parts: 'infra', databases: ['crashing'] })
  await build(repositoryRoot)
  await startPlatform(platform)
  const room = await serviceRoom(platform, 'booking', 'crashing')
  pool = room.pool
  ordered = new OrderedKeys(pool)
  kitchens = new KitchenSource(pool, platform.kafkaBrokers)
  provider = createServer((request, response) => {
    const key = String(request.headers['idempotency-key'])
    calls.set(key, (calls.get(key) ?? 0) + 1)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  settings = { ...room.settings, PROVIDER_URL: `http://127.0.0.1:${(provider.address() as { port: number }).port}` }
  const first = await live()
  await room.sidecar.start()
  await offer(first)
  await quiet()
  await first.stop()
})

afterEach(async () => {
  for (const life of lives.splice(0)) await life.kill()
})

afterAll(async () => {
  await pool?.end()
  provider?.close()
  if (platform) await endPlatform(platform)
})

const rows = async <R>(sql: string, params?: unknown[]): Promise<R[]> => (await pool.query(sql, params)).rows as R[]

/** Some of everything: messages that pass, fail first, never pass, ask a provider, keep their order; replays, skips and a rebuild; and changes of aggregates. */
async function offer(service: ServiceProcess): Promise<void> {
  const subject = v7()
  const holds = Array.from({ length: 14 }, (_, index) => envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId: index < 4 ? subject : v7() })))
  const release = envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: v7() }))
  await rows(`insert into parts (event_id, kind) values ($1, 'fails first'), ($2, 'poison')`, [holds[1]?.id, holds[9]?.id])
  const [letter] = await rows<{ event_id: string }>(
    `select event_id from inbox i join parts p using (event_id) where i.state = 'dead' and i.consumer = 'booking/booking.hold-slot' order by event_id limit 1`)
  // By its id: a subquery with a limit may run more than once, and mend a letter that nobody replays.
  if (letter) await rows('delete from parts where event_id = $1', [letter.event_id])
  const replays = letter ? [envelopeOf(ReplayDeadLetterV1, { consumer: 'booking/booking.hold-slot', eventId: letter.event_id, operator: 'ada' }, { subject: letter.event_id })] : []
  const commands: Envelope[] = [...holds, release, ...replays, ...(await ordered.commands()), ...kitchens.commands()]
  const changes = kitchens.events()
  const events = await ordered.events()
  const onTopic = (topic: string) => (message: Envelope) => ({ topic, key: message.partitionkey, value: JSON.stringify(message) })
  await produceRaw(platform.kafkaBrokers, [...commands.map(onTopic(COMMANDS)), ...changes.map(onTopic('prep.listing.events')), ...events.map(onTopic('prep.booking.events'))])
  offered.holds.push(...holds.map(({ id }) => id))
  offered.releases.push(release.id)
  offered.replays.push(...replays.map(({ id }) => id))
  version += 1
  for (const id of aggregates) await service.post(`/changes/${id}/${version}`)
}

async function quiet(): Promise<void> {
  await eventually(async () => {
    await kitchens.isQuiet()
    await ordered.isQuiet()
    const ids = [...offered.holds, ...offered.releases, ...offered.replays, ...ordered.ids, ...ordered.decisions, ...kitchens.ids]
    expect(await rows('select event_id, state from outbox')).toEqual([])
    expect(await rows(`select event_id, state from inbox where state not in ('handled', 'dead', 'skipped', 'parked')`)).toEqual([])
    const [{ n } = { n: '0' }] = await rows<{ n: string }>('select count(*) as n from inbox where event_id = any($1::uuid[])', [ids])
    expect(Number(n)).toBe(ids.length)
    const heard = await rows(`select 1 from inbox where consumer = 'booking/booking.slot-held'`)
    expect(heard).toHaveLength((await events()).size)
  }, { timeoutMs: 60_000, intervalMs: 200, what: 'everything has come to rest' })
}

/** The events of the service, in the order of their first appearance, which is the order of each key; each once. */
async function events(): Promise<Map<string, Envelope>> {
  return new Map([...(await eventsOn(SlotHeldV1.topic))].filter(([, { type }]) => type === SlotHeldV1.type))
}

/** What lies on a topic, in the order of its first appearance; each once. */
async function eventsOn(topic: string): Promise<Map<string, Envelope>> {
  const found = new Map<string, Envelope>()
  for (const { value } of await readTopics(platform.kafkaBrokers, [topic])) {
    const event = JSON.parse(value.toString()) as Envelope
    if (!found.has(event.id)) found.set(event.id, event)
  }
  return found
}

async function effects(note: string): Promise<string[]> {
  return (await rows<{ event_id: string }>('select event_id from effects where note = $1', [note])).map(({ event_id }) => event_id).sort()
}

async function idsIn(state: string, consumer: string): Promise<string[]> {
  const found = await rows<{ event_id: string }>('select event_id from inbox where state = $1 and consumer = $2', [state, `booking/${consumer}`])
  return found.map(({ event_id }) => event_id).sort()
}

async function checkPromises(): Promise<void> {
  const published = await events()
  // A committed change is published, in order per key; an uncommitted one never is.
  for (const id of aggregates) {
    const committed = await rows<{ version: number }>('select version from changes where id = $1 order by version', [id])
    const sent = [...published.values()].filter(({ subject }) => subject === id).map(({ sequence }) => Number(sequence))
    expect(sent).toEqual(committed.map((row) => row.version))
  }
  // No message disappears: each is in one state, and none is there that nobody sent.
  const [handled, dead] = [await idsIn('handled', 'booking.hold-slot'), await idsIn('dead', 'booking.hold-slot')]
  expect([...handled, ...dead].sort()).toEqual([...offered.holds].sort())
  expect(await idsIn('handled', 'booking.release-slot')).toEqual([...offered.releases].sort())
  expect(await idsIn('handled', 'booking.slot-held')).toEqual([...published.keys()].sort())
  // Effects in the database happen once, and so does what a handler publishes.
  expect(await effects('held')).toEqual(handled)
  expect(await rows('select n from counter')).toEqual([{ n: handled.length }])
  expect(await effects('released')).toEqual([...offered.releases].sort())
  expect(await effects('heard')).toEqual([...published.keys()].sort())
  const answered = [...published.values()].filter(({ subject }) => !aggregates.includes(subject)).map(({ causationid }) => causationid)
  expect(answered.sort()).toEqual(handled)
  // A provider may be asked again, with the same key.
  expect([...calls.keys()].sort()).toEqual([...offered.releases].sort())
  // Every decision of an operator is answered once.
  const decisions = [...(await eventsOn(DeadLetterReplayedV1.topic)).values()].filter(({ type }) => type === DeadLetterReplayedV1.type || type === DeadLetterSkippedV1.type)
  expect(decisions.map(({ causationid }) => causationid).sort()).toEqual([...offered.replays, ...ordered.decisions].sort())
  await ordered.checkPromises()
  await kitchens.checkPromises()
  // What is dead is what cannot pass, for that reason, and nothing else.
  const [poison, letters] = [await rows<{ event_id: string }>(`select event_id from parts where kind = 'poison'`), await rows<Letter>(LETTERS)]
  const heldPoison = poison.map(({ event_id: id }) => id).filter((id) => offered.holds.includes(id)).sort()
  expect(letters).toEqual(heldPoison.map((event_id) => ({ event_id, error_code: 'HOLD_IMPOSSIBLE' })))
}

test('life without a crash keeps the promises', async () => {
  await checkPromises()
  expect(await idsIn('dead', 'booking.hold-slot')).toHaveLength(1)
})

test.each(crashPoints)('SIGKILL at %s: every promise is kept by the next life', { timeout: 180_000 }, async (point: CrashPoint) => {
  const doomed = await live(point)
  for (let wave = 0; !doomed.hasEnded && wave < WAVES; wave++) {
    await offer(doomed)
    await eventually(async () => { await kitchens.answer(); return doomed.hasEnded }, { timeoutMs: 1_500 }).catch(() => undefined)
  }
  expect(doomed.hasEnded, `the service never came to ${point}`).toBe(true)
  expect(await doomed.ended).toEqual({ code: null, signal: 'SIGKILL' })
  const next = await live()
  await quiet()
  await checkPromises()
  expect(await next.stop()).toEqual({ code: 0, signal: null })
})
