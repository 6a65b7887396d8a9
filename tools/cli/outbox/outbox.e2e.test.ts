import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { KitchenRegisteredV1 } from '@prep/contracts'
import { endPlatform, envelopeOf, eventually, privatePlatform, quietPool, readTopics, sampleOf, startPlatform } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** ./prep outbox on a running service, whose sidecar really refuses a message. */
const TOPIC = 'prep.listing.events'
let platform: Awaited<ReturnType<typeof privatePlatform>>
let listing: ReturnType<typeof quietPool>

beforeAll(async () => {
  platform = await privatePlatform({ services: ['listing'] })
  await startPlatform(platform)
  listing = quietPool(platform.databaseUrl('listing'))
})
afterAll(async () => {
  await listing?.end()
  if (platform) await endPlatform(platform)
})

/** Runs ./prep as a user does; json is what it printed, or its error. */
async function prep(...args: string[]): Promise<{ code: number; text: string; json: () => never }> {
  const cli = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], { env: { ...process.env, PREP_HOME: platform.home, NO_COLOR: '1' } })
  const printed: Buffer[] = []
  for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk))
  const code = await new Promise<number>((done) => cli.once('close', (exitCode) => done(exitCode ?? 1)))
  const text = Buffer.concat(printed).toString()
  return { code, text, json: () => JSON.parse(text) as never }
}

/** Two messages of one key; the sidecar cannot read the first. */
async function blockedKey(): Promise<{ key: string; first: string; second: string; whole: string }> {
  const key = v7()
  const [first, second] = [1, 2].map((sequence) => envelopeOf(KitchenRegisteredV1, sampleOf(KitchenRegisteredV1), { subject: key, sequence }))
  const insert = `insert into outbox (event_id, component, topic, key, shard, payload, size) values ($1, 'pubsub-events', '${TOPIC}', $2, 0, $3, 1000)`
  const whole = JSON.stringify(first)
  const client = await listing.connect()
  try {
    await client.query('begin')
    await client.query(insert, [first?.id, key, whole.slice(0, -1)])
    await client.query(insert, [second?.id, key, JSON.stringify(second)])
    await client.query('commit')
  } finally {
    client.release()
  }
  const states = async () => (await listing.query<{ state: string }>('select state from outbox where key = $1 order by id', [key])).rows.map(({ state }) => state)
  await eventually(async () => expect(await states()).toEqual(['blocked', 'pending']), { timeoutMs: 30_000 })
  return { key, first: first?.id ?? '', second: second?.id ?? '', whole }
}

async function onTopic(key: string): Promise<string[]> {
  const records = await readTopics(platform.kafkaBrokers, [TOPIC])
  return records.map(({ value }) => JSON.parse(value.toString()) as { id: string; partitionkey: string }).filter(({ partitionkey }) => partitionkey === key).map(({ id }) => id)
}

describe('a message that the broker refused', () => {
  test('is listed with what waits behind it, is no news to readiness, and goes on after a retry', async () => {
    const { key, first, second, whole } = await blockedKey()
    const listed: { outboxes: object[]; blocked: object[] } = (await prep('outbox', 'list', '--json')).json()
    expect(listed.outboxes).toMatchObject([{ service: 'listing', pending: 1, blocked: 1 }])
    expect(listed.blocked).toMatchObject([{ service: 'listing', event_id: first, type: KitchenRegisteredV1.type, topic: TOPIC, key, behind: 1, attempts: 10, last_error: expect.stringContaining('400') }])
    expect((await prep('outbox', 'list', '--service', 'listing')).text).toContain(first)
    const status: { all_ready: boolean; behind: string[] } = (await prep('status', '--json')).json()
    expect(status).toMatchObject({ all_ready: true, behind: ['listing'] })
    const metrics = await (await fetch(`${platform.part('listing').url}/metrics`)).text()
    expect(metrics).toMatch(/^prep_outbox_depth\{[^}]*state="blocked"[^}]*\} 1$/m)
    await listing.query('update outbox set payload = $2 where event_id = $1', [first, whole])
    expect((await prep('outbox', 'retry', first.slice(0, 20), '--by', 'ada', '--json')).json()).toMatchObject({ action: 'retry', event_id: first, behind: 1, by: 'ada' })
    await eventually(async () => expect(await onTopic(key)).toEqual([first, second]), { timeoutMs: 20_000 })
    const { rows } = await listing.query('select action, event_id, operator, payload from outbox_decision')
    expect(rows).toEqual([{ action: 'retry', event_id: first, operator: 'ada', payload: null }])
  })

  test('is dropped only with --yes, after telling what is lost, and is kept in the record', async () => {
    const { key, first, second, whole } = await blockedKey()
    const asked = await prep('outbox', 'drop', first)
    expect(asked.code).toBe(1)
    for (const told of ['OUTBOX_YES_MISSING', KitchenRegisteredV1.type, TOPIC, key, first]) expect(asked.text).toContain(told)
    const dropped = await prep('outbox', 'drop', first, '--yes', '--by', 'ada')
    expect(dropped).toMatchObject({ code: 0 })
    await eventually(async () => expect(await onTopic(key)).toEqual([second]), { timeoutMs: 20_000 })
    const { rows } = await listing.query(`select event_id, operator, payload from outbox_decision where action = 'drop'`)
    expect(rows).toEqual([{ event_id: first, operator: 'ada', payload: whole.slice(0, -1) }])
    const again = await prep('outbox', 'drop', first, '--yes', '--json')
    expect(again).toMatchObject({ code: 1 })
    expect(again.json()).toMatchObject({ error: { code: 'OUTBOX_ROW_UNKNOWN' } })
    expect((await prep('status', '--json')).json()).toMatchObject({ behind: [] })
  })

  test('a service that does not exist is named as such', async () => {
    expect((await prep('outbox', 'list', '--service', 'ledger', '--json')).json()).toMatchObject({ error: { code: 'OUTBOX_SERVICE_UNKNOWN' } })
  })
})
