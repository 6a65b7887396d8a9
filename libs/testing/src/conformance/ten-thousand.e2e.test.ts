import 'reflect-metadata'
import { build, type Platform, repositoryRoot } from '@prep/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { endPlatform, privatePlatform, startPlatform } from '../setup/private-platform.ts'
import { ServiceProcess } from './service-process.ts'
import { serviceRoom, type ServiceRoom } from './service-room.ts'

const REQUESTS = 10_000
const IN_ONE_TRANSACTION = 10
const APPS = { asking: 'task-orchestrator', counting: 'booking' } as const
type Role = keyof typeof APPS
const roles = ['asking', 'counting'] as const

let platform: Platform
const rooms = {} as Record<Role, ServiceRoom>
const services = {} as Record<Role, ServiceProcess>

beforeAll(async () => {
  platform = await privatePlatform({ parts: 'infra', databases: [...roles] })
  await build(repositoryRoot)
  await startPlatform(platform)
  for (const role of roles) await begin(role)
})

afterAll(async () => {
  for (const role of roles) await services[role]?.stop()
  for (const role of roles) await rooms[role]?.pool.end()
  if (platform) await endPlatform(platform)
})

async function begin(role: Role): Promise<void> {
  rooms[role] = await serviceRoom(platform, APPS[role], role)
  services[role] = await ServiceProcess.start(rooms[role].settings)
  await rooms[role].sidecar.start()
}

/** Whoever asks does not know whether a request that failed was taken: it asks again, and is counted once. */
async function askAll(isAllowed: (count: number) => boolean, onAsked: (count: number) => void): Promise<void> {
  for (let first = 0; first < REQUESTS; first += IN_ONE_TRANSACTION) {
    await eventually(() => isAllowed(first), { timeoutMs: 400_000, what: `time for request ${first}` })
    await eventually(() => services.asking.post(`/requests/${first}/${IN_ONE_TRANSACTION}`), { timeoutMs: 120_000, intervalMs: 50, what: `request ${first} taken` })
    onAsked(first + IN_ONE_TRANSACTION)
  }
}

const counted = async (): Promise<number> => Number((await rooms.counting.pool.query('select n from counter')).rows[0].n)

async function killService(role: Role): Promise<void> {
  await services[role].kill()
  services[role] = await ServiceProcess.start(rooms[role].settings)
}

async function killPart(name: string): Promise<void> {
  await platform.part(name).kill('SIGKILL')
  // PostgreSQL's children hold its memory for a moment after it was killed: it may have to be started twice.
  await eventually(() => platform.part(name).start().then(() => true), { timeoutMs: 60_000, intervalMs: 500, what: `${name} started again` })
}

const victims: readonly (readonly [string, () => Promise<void>])[] = [
  ['the service that counts', () => killService('counting')],
  ['its sidecar', () => killPart('booking-daprd')],
  ['the broker', () => killPart('kafka')],
  ['the database', () => killPart('postgres')],
  ['the service that asks', () => killService('asking')],
  ['its sidecar', () => killPart('task-orchestrator-daprd')],
]

test('10,000 requests are counted 10,000 times while everything is killed in turn, twice', { timeout: 900_000 }, async () => {
  let asked = 0
  const deaths = [...victims, ...victims]
  const share = REQUESTS / (deaths.length + 2)
  let allowed = 2 * share
  const asking = askAll((count) => count < allowed, (count) => { asked = count })
  for (const [index, [, kill]] of deaths.entries()) {
    const when = Math.floor(share * (index + 1))
    allowed = share * (index + 3)
    await eventually(() => asked >= when, { timeoutMs: 240_000, what: `${when} requests asked` })
    await kill()
    const before = await eventually(counted, { timeoutMs: 60_000 })
    await eventually(async () => expect(await counted()).toBeGreaterThan(Math.min(before, REQUESTS - 1)), { timeoutMs: 120_000, intervalMs: 100, what: 'it counts again' })
  }
  await asking
  await eventually(async () => expect(await counted()).toBe(REQUESTS), { timeoutMs: 240_000, intervalMs: 200 })
  await eventually(async () => {
    for (const role of roles) expect((await rooms[role].pool.query('select 1 from outbox')).rows).toEqual([])
  }, { timeoutMs: 60_000, intervalMs: 200, what: 'every outbox is empty' })
  expect(await counted()).toBe(REQUESTS)
  const { rows } = await rooms.counting.pool.query(`select state, count(*)::integer as n from inbox where consumer = 'booking/booking.hold-slot' group by state`)
  expect(rows).toEqual([{ state: 'handled', n: REQUESTS }])
})
