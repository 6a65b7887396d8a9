import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryRoot, services, type Platform } from '@prep/runtime'
import { eventually, privatePlatform } from '@prep/testing'

interface Outcome { code: number, out: string, err: string }
interface Status { running: boolean, all_ready: boolean, parts: { part: string, health: string, port: number, pid: number | null, memory_bytes: number | null }[] }

/** PostgreSQL, Kafka, the card sandbox; a service and a sidecar each. */
const inAll = 3 + 2 * services.length

let home: Platform
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  home = await privatePlatform()
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  env = { ...process.env, PATH: path, PREP_HOME: home.home, PREP_PORT_BASE: String(home.ports.base) }
})
afterAll(async () => { await prep('down', '--wipe') })

/** Runs ./prep as a user would, in a home and on ports of its own. */
function prep(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(join(repositoryRoot, 'prep'), args, { cwd: repositoryRoot, env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err })
    })
  })
}

async function status(): Promise<Status> {
  return JSON.parse((await prep('status', '--json')).out) as Status
}

/** A process that has ended and that nobody has asked about yet (a zombie, state Z) is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

let pids: number[] = []

test('up --detach starts everything, tells the two stories, and comes back', async () => {
  const { code, out, err } = await prep('up', '--detach')
  expect(err).toBe('')
  expect(code).toBe(0)
  expect(out).toMatch(/Ready in \d+\.\d s/)
  for (const passed of ['booking.requested.v1', 'payment.captured.v1', 'payment.declined.v1', 'booking.slot-released.v1']) expect(out).toContain(passed)
  expect(out).toMatch(/confirmed/)
  expect(out).toMatch(/rejected.*card_declined|card_declined/s)
})

test('status shows each part with its version, port, health and memory', async () => {
  const { running, all_ready: ready, parts } = await status()
  expect({ running, ready }).toEqual({ running: true, ready: true })
  expect(parts).toHaveLength(inAll)
  for (const part of parts) expect(part).toMatchObject({ health: 'ready', pid: expect.any(Number) as number, memory_bytes: expect.any(Number) as number })
  pids = parts.map(({ pid }) => pid as number)
})

test('a second up says that one runs, and changes nothing', async () => {
  const { code, err } = await prep('up', '--detach')
  expect(code).toBe(1)
  expect(err).toContain('RT_ALREADY_RUNNING')
  expect((await status()).parts.map(({ pid }) => pid)).toEqual(pids)
})

test('logs show one service, and one request through all of them', async () => {
  const { out } = await prep('logs', 'booking', '--json', '--lines', '500')
  const request = out.split('\n').find((line) => line.includes('"POST /api/v1/bookings 202"')) ?? '{}'
  const { correlation_id: id } = JSON.parse(request) as { correlation_id?: string }
  expect(id).toBeDefined()
  const followed = await prep('logs', '--correlation', id as string, '--json')
  const told = new Set(followed.out.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { service: string }).service))
  expect([...told]).toEqual(expect.arrayContaining(['api-gateway', 'booking', 'compliance', 'notification', 'payment', 'task-orchestrator']))
})

test('down ends exactly what was started, and leaves no process', async () => {
  const { code, out } = await prep('down', '--json')
  expect(code).toBe(0)
  expect((JSON.parse(out) as { ended: string[] }).ended).toHaveLength(inAll)
  expect(pids.filter(isAlive)).toEqual([])
  expect((await prep('down')).out).toContain('Nothing was running')
})

test('a port in use is named, with who holds it, and nothing is left running', async () => {
  const server = createServer().listen(home.ports.service('booking'), '127.0.0.1')
  await once(server, 'listening')
  const { code, err } = await prep('up', '--detach', '--no-demo').finally(() => server.close())
  expect(code).toBe(1)
  expect(err).toContain(`Port ${home.ports.service('booking')}`)
  expect(err).toContain(String(process.pid))
  expect((await status()).parts.filter(({ pid }) => pid !== null)).toEqual([])
})

test('a killed up leaves nothing that stops the next one, and data survives', async () => {
  const killed = await upUntilPostgresRuns()
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  const { code, err } = await prep('up', '--detach', '--no-demo')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const answer = await fetch(`http://127.0.0.1:${home.ports.service('api-gateway')}/api/v1/kitchens`)
  expect(((await answer.json()) as { data: unknown[] }).data.length).toBeGreaterThan(0)
})

async function upUntilPostgresRuns(): Promise<ChildProcess> {
  const up = spawn(join(repositoryRoot, 'prep'), ['up', '--no-demo'], { cwd: repositoryRoot, env, stdio: 'ignore' })
  await eventually(async () => (await status()).parts.some(({ part, health }) => part === 'postgres' && health === 'ready'), { timeoutMs: 60_000 })
  return up
}

test('down --wipe removes the data', async () => {
  const { code } = await prep('down', '--wipe')
  expect(code).toBe(0)
  expect(existsSync(home.home)).toBe(false)
})
