import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, repositoryRoot, type Platform } from '@prep/runtime'
import { eventually, quietPool } from '@prep/testing'
import { GatewayClient } from '@prep/testing/gateway'
import { endPlatform, privatePlatform } from '@prep/testing/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyOfTree } from './copy-of-tree.fixture.ts'
import { newHandler } from './new-handler.ts'

/** Follows "Write your first handler" of docs/messaging.md, in a copy of the tree. */
const page = readFileSync(join(import.meta.dirname, '../../docs/messaging.md'), 'utf8').split('## Write your first handler')[1] as string
const handler = 'apps/notification/src/subscriptions/on-kitchen-registered.handler.ts'

let copy: string
let platform: Platform
let pool: ReturnType<typeof quietPool>

beforeAll(async () => {
  copy = copyOfTree()
  platform = await privatePlatform({ repoRoot: copy, services: ['api-gateway', 'listing', 'notification'] })
})
afterAll(async () => {
  await pool?.end()
  await endPlatform(platform)
  rmSync(copy, { recursive: true, force: true })
})

/** `./prep dlq ...` on the platform of the copy; the page must name the command. */
async function dlq(...args: string[]): Promise<string> {
  expect(page).toContain(`./prep dlq ${args[0]}`)
  const env = { ...process.env, PREP_HOME: platform.home, NO_COLOR: '1' }
  return (await promisify(execFile)(process.execPath, [join(repositoryRoot, 'tools/cli/main.ts'), 'dlq', ...args], { env })).stdout
}

async function registerKitchen(): Promise<string> {
  const { status, data } = await new GatewayClient(platform.part('api-gateway').url).registerKitchen()
  expect(status).toBe(201)
  return data.id
}

/** What the inbox of the new handler says of the event about this kitchen. */
async function stateOf(kitchenId: string): Promise<{ state: string, event_id: string } | undefined> {
  const { rows } = await pool.query(`select state, event_id from inbox where consumer = 'notification/listing.kitchen-registered' and partition_key = $1`, [kitchenId])
  return rows[0] as { state: string, event_id: string } | undefined
}

async function deploy(source: string): Promise<void> {
  writeFileSync(join(copy, handler), source)
  await build(copy)
  await platform.part('notification').stop()
  await platform.part('notification').start()
}

test('a handler is generated, hears, is broken, leaves a letter, is mended, and the letter is handled', async () => {
  const [, service, type] = /prep new handler (\S+) (\S+)/.exec(page) as unknown as [string, string, string]
  expect((await newHandler(copy, { service, type, isExternal: false })).files).toContain(handler)
  await platform.start()
  pool = quietPool(platform.databaseUrl('notification'), 2)

  const first = await registerKitchen()
  await eventually(async () => expect(await stateOf(first)).toMatchObject({ state: 'handled' }), { timeoutMs: 30_000 })
  expect(readFileSync(platform.part('notification').logFile, 'utf8')).toContain('heard listing.kitchen-registered.v1')

  const whole = readFileSync(join(copy, handler), 'utf8')
  const [broken] = /throw new PermanentError\([^\n]+/.exec(page) as RegExpExecArray
  await deploy(whole.replace(/logger\(\)\.info\([^\n]+/, broken).replace('Subscribe }', 'PermanentError, Subscribe }').replace(/import \{ logger \}[^\n]+\n/, '').replace('{ envelope }: ', '_context: '))
  const second = await registerKitchen()
  await eventually(async () => expect(await stateOf(second)).toMatchObject({ state: 'dead' }), { timeoutMs: 30_000 })
  expect(await dlq('list')).toContain('KITCHEN_UNWANTED')
  const { event_id: eventId } = (await stateOf(second)) as { event_id: string }
  expect(await dlq('show', eventId)).toContain('No mail about kitchens yet.')

  await deploy(whole)
  await dlq('retry', eventId)
  await eventually(async () => expect(await stateOf(second)).toMatchObject({ state: 'handled' }), { timeoutMs: 30_000 })
})
