import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Platform } from '@prep/runtime'
import { eventually, quietPool, readTopics } from '@prep/testing'
import { endPlatform, privatePlatform } from '@prep/testing/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyOfTree } from './copy-of-tree.fixture.ts'
import { newService } from './new-service.ts'

interface Status { all_ready: boolean, parts: { part: string, health: string }[] }

let copy: string
let home: Platform
let pool: ReturnType<typeof quietPool>

beforeAll(async () => {
  copy = copyOfTree()
  home = await privatePlatform({ repoRoot: copy })
})
afterAll(async () => {
  await pool?.end()
  await prep('down').catch(() => undefined)
  await endPlatform(home)
  rmSync(copy, { recursive: true, force: true })
})

/** The copy's own ./prep: it knows the new service. Standard output. */
async function prep(...args: string[]): Promise<string> {
  const env = { ...process.env, PREP_HOME: home.home, PREP_PORT_BASE: String(home.ports.base), NO_COLOR: '1' }
  return (await promisify(execFile)(process.execPath, [join(copy, 'tools/cli/main.ts'), ...args], { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 })).stdout
}

test('./prep up starts a generated service beside the others; it hears a booking and tells of it', async () => {
  await newService(copy, { name: 'price-watch', says: 'Watches what kitchens cost.' })
  expect(await prep('up', '--detach')).toMatch(/confirmed/)
  const { all_ready: ready, parts } = JSON.parse(await prep('status', '--json')) as Status
  expect(ready).toBe(true)
  for (const part of ['price-watch', 'price-watch-daprd']) expect(parts).toContainEqual(expect.objectContaining({ part, health: 'ready' }))

  pool = quietPool(home.databaseUrl('price_watch'), 1)
  const entry = await eventually(async () => ((await pool.query('select id, about from entry')).rows as { id: string, about: string }[]).at(0) ?? false, { timeoutMs: 30_000 })
  await eventually(async () => {
    const told = (await readTopics(home.kafkaBrokers, ['prep.pricewatch.events'])).map(({ value }) => JSON.parse(value.toString()) as object)
    expect(told).toContainEqual(expect.objectContaining({ type: 'pricewatch.entry-kept.v1', causationid: entry.id, data: { entryId: entry.id, about: entry.about } }))
  }, { timeoutMs: 30_000 })
  expect(await prep('down', '--json')).toContain('price-watch-daprd')
})
