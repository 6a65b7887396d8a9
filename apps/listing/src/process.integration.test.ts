import { createServer } from 'node:http'
import { once } from 'node:events'
import { eventually, quietPool, testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildListing, freePort, type ServiceProcess, startListing, type Wire, wireTo } from './process.fixture.ts'

const BODY = {
  name: 'Hafenküche', time_zone: 'Europe/Berlin', hourly_rate_minor: 4500, currency: 'EUR', capacity: 12,
  licence: { number: 'L-100', valid_from: '2026-01-01', valid_until: '2030-12-31' }, insurance: null,
}

let database: TestDatabase
let wire: Wire
let base: string
let env: Record<string, string>
const started: ServiceProcess[] = []

function start(settings: Record<string, string> = {}, file?: string): ServiceProcess {
  const service = startListing({ ...env, ...settings }, file)
  started.push(service)
  return service
}
const status = (path: string) => fetch(base + path).then(response => response.status, () => 0)
const ready = () => eventually(async () => expect(await status('/health/ready')).toBe(200), { timeoutMs: 50_000, what: 'the service becoming ready' })
const send = (method: string, path: string, body: unknown) =>
  fetch(`${base}/api/v1/kitchens${path}`, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

beforeAll(async () => {
  buildListing()
  database = await testDatabase()
  wire = await wireTo(database.url)
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  env = { PORT: String(port), DATABASE_URL: wire.url, DAPR_HTTP_PORT: String(await freePort()) }
})
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})
afterAll(async () => {
  wire.cut()
  await database.drop()
})

describe('the process of a service', () => {
  it('migrates its database, and has nothing to do the second time', async () => {
    const first = start({}, 'migrate.js')
    expect(await first.ended).toBe(0)
    expect(first.lines().at(-1)?.['migrations']).toContain('CreateKitchen1767225600200')
    const second = start({}, 'migrate.js')
    expect(await second.ended).toBe(0)
    expect(second.lines().at(-1)?.['migrations']).toEqual([])
  })

  it('says everything that is wrong with its settings and exits with 78', async () => {
    const service = start({ PORT: 'x', LOG_LEVEL: 'loud' })
    expect(await service.ended).toBe(78)
    expect(service.stderr()).toContain('PORT must be')
    expect(service.stderr()).toContain('LOG_LEVEL must be')
  })

  it('exits with 69 when its database is away at start, and with 1 when its port is taken', async () => {
    const away = start({ DATABASE_URL: `postgres://x:x@127.0.0.1:${await freePort()}/x` })
    expect(await away.ended).toBe(69)
    expect(away.lines().at(-1)).toMatchObject({ level: 'fatal', code: 'SVC_DATABASE_AWAY' })
    const holder = createServer().listen(Number(env['PORT']), '127.0.0.1')
    await once(holder, 'listening')
    const taken = start()
    expect(await taken.ended).toBe(1)
    expect(taken.lines().at(-1)).toMatchObject({ level: 'fatal', code: 'SVC_PORT_IN_USE' })
    holder.close()
    await once(holder, 'close')
  })

  it('is live but not ready while its database is away, answers 503, and goes on by itself', async () => {
    start()
    await ready()
    wire.cut()
    await eventually(async () => expect(await status('/health/ready')).toBe(503))
    expect(await status('/health/live')).toBe(200)
    const refused = await send('POST', '', BODY)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'HTTP_UNAVAILABLE' } })
    await wire.mend()
    await ready()
    expect((await send('POST', '', BODY)).status).toBe(201)
  })

  it('told to end, finishes the request in flight, takes no other, and exits with 0', async () => {
    const service = start()
    await ready()
    const { data } = (await (await send('POST', '', BODY)).json()) as { data: { id: string } }
    await database.query('TRUNCATE outbox')
    const pool = quietPool(database.url)
    const holder = await pool.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM kitchen WHERE id = $1 FOR UPDATE', [data.id])
    const change = send('PUT', `/${data.id}`, { ...BODY, capacity: 30 })
    await eventually(async () => expect(await database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).toHaveLength(1))
    service.child.kill('SIGTERM')
    service.child.kill('SIGTERM')
    await eventually(async () => expect(await status('/health/ready')).not.toBe(200))
    await holder.query('ROLLBACK')
    holder.release()
    await pool.end()
    const changed = await change
    expect(changed.status).toBe(200)
    expect(await service.ended).toBe(0)
    expect(service.lines().map(line => line['msg'])).toContain('stopped')
    expect(await database.query('SELECT capacity FROM kitchen WHERE id = $1', [data.id])).toEqual([{ capacity: 30 }])
  })

  it('stays under 150 MB with requests coming in', async () => {
    const service = start()
    await ready()
    for (let i = 0; i < 200; i++) await send('POST', '', BODY).then(response => response.arrayBuffer())
    const metrics = await (await fetch(`${base}/metrics`)).text()
    const bytes = Number(/^process_resident_memory_bytes\{[^}]*\} (\d+)$/m.exec(metrics)?.[1])
    expect(bytes).toBeGreaterThan(0)
    expect(bytes / 1e6).toBeLessThan(150)
    expect(service.child.exitCode).toBeNull()
  })
})
