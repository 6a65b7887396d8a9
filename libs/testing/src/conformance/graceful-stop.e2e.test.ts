import 'reflect-metadata'
import { build, type Platform, repositoryRoot } from '@prep/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { endPlatform, privatePlatform, startPlatform } from '../setup/private-platform.ts'
import { DeliveryLog } from './delivery-log.ts'
import { ServiceProcess } from './service-process.ts'
import { serviceRoom, type ServiceRoom } from './service-room.ts'

const APPS = { asking: 'task-orchestrator', counting: 'booking' } as const
type Role = keyof typeof APPS
const roles = ['asking', 'counting'] as const
const ROUNDS = 3
/** The service is told to stop after it handled so many in this life, with more on their way. */
const IN_ONE_LIFE = 300
const IN_ONE_TRANSACTION = 5
/** So many wait on the broker and in the sidecar: more than it fetches ahead. */
const BACKLOG = 800
/** An orchestrator kills who is not gone by then. */
const GRACE_MS = 15_000

let platform: Platform
let deliveries: DeliveryLog
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
  deliveries?.close()
  if (platform) await endPlatform(platform)
})

async function begin(role: Role): Promise<void> {
  const noted = async (from: number, to: number): Promise<void> => { deliveries = await DeliveryLog.open(from, to) }
  rooms[role] = await serviceRoom(platform, APPS[role], role, role === 'counting' ? noted : undefined)
  services[role] = await ServiceProcess.start(rooms[role].settings)
  await rooms[role].sidecar.start()
}

const rows = async <R>(sql: string): Promise<R[]> => (await rooms.counting.pool.query(sql)).rows as R[]
const counted = async (): Promise<number> => Number((await rows<{ n: number }>('select n from counter'))[0]?.n)

/** As `./prep down` and a pod's end do it: service and sidecar are told at the same time. */
async function stopBoth(): Promise<unknown> {
  const killer = setTimeout(() => void services.counting.kill(), GRACE_MS)
  const [service, sidecar] = await Promise.all([services.counting.stop(), rooms.counting.sidecar.stop()])
  clearTimeout(killer)
  return { ...service, sidecar }
}

test('a service that is told to stop under load is offered nothing twice, sends what it published, and is gone in time', { timeout: 300_000 }, async () => {
  let isOver = false
  let asked = 0
  const asking = (async () => {
    while (!isOver) {
      await eventually(async () => isOver || asked - (await counted()) < BACKLOG, { timeoutMs: 120_000, what: 'time for another request' })
      if (await services.asking.post(`/requests/${asked}/${IN_ONE_TRANSACTION}`)) asked += IN_ONE_TRANSACTION
    }
  })()
  for (let round = 0; round < ROUNDS; round++) {
    const before = await counted()
    await eventually(async () => (await counted()) >= before + IN_ONE_LIFE, { timeoutMs: 60_000, what: 'it is under load' })
    expect(await stopBoth()).toEqual({ code: 0, signal: null, sidecar: 'stopped' })
    expect(await rows('select event_id from outbox')).toEqual([])
    expect(await rows('select owner from process_mark')).toEqual([])
    expect(await rows(`select event_id from inbox where state <> 'handled'`)).toEqual([])
    services.counting = await ServiceProcess.start(rooms.counting.settings)
    await rooms.counting.sidecar.start()
  }
  isOver = true
  await asking
  await eventually(async () => expect(await counted()).toBe(asked), { timeoutMs: 60_000, intervalMs: 200, what: 'all are counted' })
  await eventually(async () => expect(await rows(`select 1 from inbox where consumer = 'booking/booking.slot-held'`)).toHaveLength(asked), { timeoutMs: 30_000, what: 'all are heard' })
  expect([...deliveries.offered].filter(([, times]) => times > 1)).toEqual([])
  expect(deliveries.offered.size).toBe(2 * asked)
})
