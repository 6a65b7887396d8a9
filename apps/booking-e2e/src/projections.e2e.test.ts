import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryRoot } from '@prep/runtime'
import { eventually } from '@prep/testing'
import { aKitchen } from '@prep/testing/gateway'
import { endedBooking } from './world/endings.ts'
import { startWorld, type World } from './world/world.ts'

const KITCHENS = 120
const readers = ['booking', 'compliance'] as const

let world: World

beforeAll(async () => { world = await startWorld({ kitchens: KITCHENS }) })
afterAll(async () => { await world?.end() })

async function prep(...args: string[]): Promise<string> {
  const command = [join(repositoryRoot, 'tools/cli/main.ts'), ...args]
  return (await promisify(execFile)(process.execPath, command, { env: { ...process.env, PREP_HOME: world.platform.home, NO_COLOR: '1' } })).stdout
}

/** Version of each kitchen as a service has it: listing's own table, or what another one reads. */
async function versions(service: 'listing' | (typeof readers)[number]): Promise<Record<string, number>> {
  const id = service === 'compliance' ? 'kitchen_id' : 'id'
  const live = service === 'listing' ? 'true' : `generation = (SELECT live FROM projection WHERE name = 'kitchens')`
  const rows = await world.databases.query<{ id: string, version: number }>(service, `SELECT ${id} AS id, version FROM kitchen WHERE ${live}`)
  return Object.fromEntries(rows.map((row) => [row.id, row.version]))
}

/** Changes kitchens one after another until it is told to stop; gives the number of changes. */
function changing(): { stop: () => Promise<number> } {
  let ends = false
  const work = (async () => {
    let changes = 0
    for (; !ends; changes += 1) {
      const id = world.kitchens[changes % KITCHENS] as string
      const body = { ...aKitchen(), capacity: 10 + (changes % 90) }
      const answer = await world.gateway.call('PUT', `/api/v1/kitchens/${id}`, { body, headers: { 'idempotency-key': v7() } })
      expect(answer.status).toBeLessThan(300)
    }
    return changes
  })()
  return { stop: () => ((ends = true), work) }
}

test('both pictures of the kitchens are rebuilt while kitchens change, and end as listing has them', async () => {
  await world.databases.query('booking', `DELETE FROM kitchen WHERE id = ANY($1::uuid[])`, [world.kitchens.slice(0, 40)])
  await world.databases.query('booking', `UPDATE kitchen SET version = 100000, hourly_rate_minor = 1 WHERE id = $1`, [world.kitchens[60]])
  await world.databases.query('compliance', `DELETE FROM kitchen`)
  const load = changing()
  const told = await Promise.all(readers.map((service) => prep('projection', 'rebuild', 'kitchens', '--service', service, '--by', 'ada')))
  expect(await load.stop()).toBeGreaterThan(0)
  for (const text of told) expect(text).toContain(`${KITCHENS} items, generation 2`)
  await eventually(async () => {
    const own = await versions('listing')
    for (const service of readers) expect(await versions(service)).toEqual(own)
  }, { timeoutMs: 30_000 })
  expect(await world.databases.query('booking', 'SELECT hourly_rate_minor::int AS rate FROM kitchen WHERE id = $1', [world.kitchens[60]])).toEqual([{ rate: 4500 }])
  expect(await prep('projection', 'list')).toMatch(/booking +kitchens +2 +- [^]*compliance +kitchens +2 +- /)
})

test('nothing that a rebuild tells again is told on: no booking was touched, and one can be made', async () => {
  const answer = await world.gateway.requestBooking(world.slots.next())
  expect(await endedBooking(world.gateway, answer.data.id)).toMatchObject({ status: 'confirmed' })
})
