import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPlatform, findFreePortBase, openPlatform, type Platform } from './index.ts'

/** PostgreSQL alone: the quickest platform that has data, a log and a record. */
let home: string
let portBase: number

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'prep-platform-'))
  portBase = await findFreePortBase()
})

afterEach(async () => {
  await platform().stop()
  rmSync(home, { recursive: true, force: true })
})

function platform(): Platform {
  return createPlatform({ home, portBase, parts: 'infra', kafka: false, databases: ['kitchen'] })
}

async function query(url: string, sql: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('data survives stop and start, and a wipe removes it', async () => {
  const first = platform()
  await first.start()
  await query(first.databaseUrl('kitchen'), 'create table kept as select 42 as n')
  expect(await first.stop()).toEqual(['postgres'])
  const second = platform()
  await second.start()
  expect(await query(second.databaseUrl('kitchen'), 'select n from kept')).toEqual([{ n: 42 }])
  expect(() => second.wipe()).toThrow(expect.objectContaining({ code: 'RT_ALREADY_RUNNING' }))
  await second.stop()
  second.wipe()
  expect(existsSync(home)).toBe(false)
})

test('PostgreSQL listens on loopback and asks for the password', async () => {
  const running = platform()
  await running.start()
  expect(await query(running.databaseUrl('kitchen'), 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  const guess = running.databaseUrl('kitchen').replace(/:[^:@]+@/, ':guess@')
  await expect(query(guess, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('services reach PostgreSQL over a socket, with the same password', async () => {
  const running = platform()
  await running.start()
  const url = running.localDatabaseUrl('kitchen')
  expect(await query(url, 'select inet_client_addr() as address')).toEqual([{ address: null }])
  await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('a second start in the same home says so, and the first goes on', async () => {
  const first = platform()
  await first.start()
  await expect(platform().start()).rejects.toMatchObject({ code: 'RT_ALREADY_RUNNING' })
  expect(await first.part('postgres').health()).toBe('ready')
})

test('a port in use is named, with who holds it', async () => {
  const server = createServer().listen(portBase + 100, '127.0.0.1')
  await once(server, 'listening')
  const attempt = platform().start()
  await expect(attempt).rejects.toMatchObject({ code: 'RT_PORT_IN_USE' })
  await expect(attempt).rejects.toThrow(new RegExp(`Port ${portBase + 100}, wanted by postgres, .* process ${process.pid} \\(.+\\)`))
  server.close()
})

test('a part that is killed comes back with its data', async () => {
  const running = platform()
  await running.start()
  const part = running.part('postgres')
  const before = part.pid
  await query(running.databaseUrl('kitchen'), 'create table kept as select 1 as n')
  await part.kill('SIGKILL')
  expect(await part.health()).toBe('down')
  await part.start()
  expect(part.pid).not.toBe(before)
  expect(await query(running.databaseUrl('kitchen'), 'select n from kept')).toEqual([{ n: 1 }])
})

test('an interrupted start leaves no process', async () => {
  const running = platform()
  const controller = new AbortController()
  const attempt = running.start({ signal: controller.signal, onStep: ({ id }) => id === 'postgres' && controller.abort() })
  await expect(attempt).rejects.toMatchObject({ code: 'RT_INTERRUPTED' })
  expect(running.part('postgres').pid).toBeUndefined()
  expect(running.isUp).toBe(false)
})

describe('a starter that was killed with SIGKILL', () => {
  async function startAndKill(): Promise<number> {
    const script = `
      const { createPlatform } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))})
      const platform = createPlatform(${JSON.stringify({ home, portBase, parts: 'infra', kafka: false })})
      await platform.start()
      console.log(platform.part('postgres').pid)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [pid] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGKILL')
    await once(child, 'close')
    return Number(String(pid))
  }

  test('does not stop the next start: what it left is ended', async () => {
    const leftover = await startAndKill()
    const next = platform()
    expect(next.part('postgres').pid).toBe(leftover)
    const steps: string[] = []
    await next.start({ onStep: ({ id, state, detail }) => void (state === 'done' && steps.push(`${id}: ${detail}`)) })
    expect(steps).toContain('leftovers: postgres')
    expect(next.part('postgres').pid).not.toBe(leftover)
    expect(await next.part('postgres').health()).toBe('ready')
  })

  test('does not stop down either', async () => {
    await startAndKill()
    expect(await openPlatform({ home, parts: 'infra', kafka: false }).down()).toEqual(['postgres'])
    expect(platform().part('postgres').pid).toBeUndefined()
  })
})
