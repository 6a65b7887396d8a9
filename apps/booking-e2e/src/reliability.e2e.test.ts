import { afterAll, beforeAll, expect, test } from 'vitest'
import { services } from '@prep/runtime'
import { eventually } from '@prep/testing'
import { BookingLoad } from '@prep/testing/gateway'
import { divisions } from './invariants/deliveries.ts'
import { holdsOfDeadBookings, moneyDifferences, openWork, overlaps } from './invariants/invariants.ts'
import { startWorld, type World } from './world/world.ts'

let world: World
let load: BookingLoad
let asked = 0

const everyTenth = (): Partial<ReturnType<World['slots']['next']>> => {
  asked += 1
  return asked % 10 === 0 ? { payment_method: 'pm_card_chargeDeclined' } : {}
}

beforeAll(async () => {
  world = await startWorld({ kitchens: 5 })
  load = new BookingLoad({ client: world.gateway, perSecond: 8, next: () => world.slots.next(everyTenth()) })
})
afterAll(async () => { await world?.end() })

const names = services.map(({ name }) => name)
const victims = [...names, ...names.map((name) => `${name}-daprd`), 'kafka', 'postgres']

/** The proof that life goes on: a booking that was asked for after `since` has been confirmed. */
async function untilOneGoesThrough(since: number): Promise<void> {
  await eventually(async () => {
    const ids = load.bookings.slice(since).flatMap(({ id }) => id ?? [])
    const rows = await world.databases.query('booking', `SELECT id FROM booking WHERE state = 'confirmed' AND id = ANY($1)`, [ids])
    expect(rows.length).toBeGreaterThan(0)
  }, { timeoutMs: 90_000, intervalMs: 200, what: 'a booking confirmed after the restart' })
}

test('bookings flow', async () => {
  load.start()
  await untilOneGoesThrough(0)
})

test.each(victims)('SIGKILL of %s: started again, bookings go on', { timeout: 180_000 }, async (name) => {
  const part = world.platform.part(name)
  expect(part.pid, `${name} runs before it is killed`).toBeDefined()
  await part.kill('SIGKILL')
  expect(part.pid).toBeUndefined()
  // PostgreSQL's children hold its memory for a moment after it was killed: it may have to be started twice.
  await eventually(() => part.start().then(() => true), { timeoutMs: 60_000, intervalMs: 500, what: `${name} started again` })
  await untilOneGoesThrough(load.bookings.length)
})

test('afterwards every accepted booking has ended, and nothing waits in any outbox', { timeout: 240_000 }, async () => {
  await load.stop()
  expect(load.bookings.filter(({ refused }) => refused)).toEqual([])
  expect(load.accepted).toHaveLength(load.bookings.length)
  await eventually(async () => {
    expect(await openWork(world)).toEqual({ openBookings: 0, withoutEnd: 0, unsentEvents: 0 })
  }, { timeoutMs: 180_000, intervalMs: 500, what: 'the end of every booking' })
})

test('the bookings are those that were accepted, none twice', async () => {
  const rows = await world.databases.query<{ id: string }>('booking', 'SELECT id FROM booking')
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(load.accepted.map(({ id }) => id)))
  expect(rows.length).toBeGreaterThan(100)
})

test('money captured equals confirmed bookings exactly', async () => {
  await eventually(async () => expect(await moneyDifferences(world)).toEqual([]), { timeoutMs: 60_000, intervalMs: 500 })
})

test('no two confirmed bookings overlap, and no hold belongs to a dead booking', async () => {
  expect(await overlaps(world)).toEqual([])
  expect(await holdsOfDeadBookings(world)).toEqual([])
})

test('for each consumer the ids offered are the disjoint union of handled, ignored, retrying and dead', async () => {
  await eventually(async () => {
    for (const { app, lost, invented, unfinished, handled } of await divisions(world)) {
      expect({ app, lost, invented, unfinished }).toEqual({ app, lost: [], invented: [], unfinished: [] })
      expect(handled.length, `${app} handled messages`).toBeGreaterThan(0)
    }
  }, { timeoutMs: 90_000, intervalMs: 1_000 })
})

test('nothing died on the way: the faults were the platform’s, not the messages’', async () => {
  for (const { app, dead } of await divisions(world)) expect({ app, dead }).toEqual({ app, dead: [] })
})
