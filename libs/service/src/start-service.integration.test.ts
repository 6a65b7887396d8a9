import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '@prep/testing'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A whole service: one route that breaks the process, one that streams until the client goes. */
const SERVICE = `
import 'reflect-metadata'
import { createRequire } from 'node:module'
import { Module } from '@nestjs/common'
import { startService } from '@prep/service'
class Small {}
Module({})(Small)
const routes = fastify => {
  fastify.post('/throw', (_, reply) => { reply.send({}); setImmediate(() => { throw new Error('for ada@example.org') }) })
  fastify.post('/reject', (_, reply) => { reply.send({}); void Promise.reject(new TypeError('nobody waits')) })
  fastify.get('/loaded', () => Object.keys(createRequire(import.meta.url).cache).filter(file => /node_modules.(typeorm|pg|@opentelemetry.sdk-trace-base)./.test(file)))
  fastify.get('/stream', (_, reply) => { reply.hijack(); reply.raw.writeHead(200).write('first') })
}
await startService({ name: 'small', module: Small, http: { routes } })
`

let child: ChildProcess
let out = ''

/** Starts it and gives its address. */
async function start(): Promise<string> {
  out = ''
  child = spawn(process.execPath, ['--input-type=module', '-e', SERVICE], { cwd: ROOT, env: { PATH: process.env['PATH'], PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout?.on('data', chunk => (out += String(chunk)))
  const line = await eventually(() => lines().find(({ msg }) => msg === 'started') ?? false, { timeoutMs: 50_000 })
  return line['url'] as string
}
const lines = () => out.split('\n').filter(text => text.endsWith('}')).map(text => JSON.parse(text) as Record<string, unknown>)
const ended = async () => (child.exitCode ?? (await once(child, 'close'))[0]) as number

beforeAll(() => void execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/service'], { cwd: ROOT, stdio: 'pipe' }))
afterEach(() => void child.kill('SIGKILL'))

describe('a service', () => {
  it('without a database, messages and a collector loads none of the three, and is ready', async () => {
    const url = await start()
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready', checks: {} })
    expect(await (await fetch(`${url}/health/started`)).json()).toEqual({ status: 'started' })
    expect(await (await fetch(`${url}/loaded`)).json()).toEqual([])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('service="small"')
  })

  it.each([['/throw', 'Error', 'uncaughtException'], ['/reject', 'TypeError', 'unhandledRejection']])(
    'ends with 1 and a fatal line after an error that nobody caught (%s)',
    async (path, type, origin) => {
      const url = await start()
      await fetch(url + path, { method: 'POST' })
      expect(await ended()).toBe(1)
      expect(lines().at(-1)).toMatchObject({ level: 'fatal', service: 'small', origin, err: { type } })
      expect(out).not.toContain('ada@example.org')
    },
  )

  it('told to end, cuts a stream that would go on for ever, and exits with 0', async () => {
    const url = await start()
    const reader = (await fetch(`${url}/stream`)).body!.getReader()
    await reader.read()
    child.kill('SIGTERM')
    await expect(reader.read()).rejects.toThrow()
    expect(await ended()).toBe(0)
    expect(lines().at(-1)?.['msg']).toBe('stopped')
  })
})
