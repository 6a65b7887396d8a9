import 'reflect-metadata'
import type { EnvelopeBody } from '@prep/http'
import { runService, type RunningService } from '@prep/service'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type KitchenResource } from './features/kitchen-resource.ts'
import { ListingModule } from './listing.module.ts'
import { migrations } from './persistence/migrations.ts'

let database: TestDatabase
let listing: RunningService

beforeAll(async () => {
  database = await testDatabase(migrations)
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  vi.stubEnv('DATABASE_URL', database.url)
  // No sidecar here: what is published stays in the outbox, where the tests read it.
  vi.stubEnv('DAPR_HTTP_PORT', '1')
  listing = await runService({ name: 'listing', module: ListingModule })
})
beforeEach(() => database.query('TRUNCATE kitchen, outbox, http_idempotency'))
afterAll(async () => {
  // Nobody takes what is left: do not let the relay wait for it.
  await database.query('TRUNCATE outbox')
  await listing.stop()
  await database.drop()
  vi.unstubAllEnvs()
})

const BODY = {
  name: 'Hafenküche',
  time_zone: 'Europe/Berlin',
  hourly_rate_minor: 4500,
  currency: 'EUR',
  capacity: 12,
  licence: { number: 'L-100', valid_from: '2026-01-01', valid_until: '2030-12-31' },
  insurance: { policy_number: 'P-7', valid_from: '2026-01-01', valid_until: '2030-12-31' },
}

interface Answered<T> {
  status: number
  headers: Headers
  data: T
  body: EnvelopeBody<T>
}

async function call<T = KitchenResource>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered<T>> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${listing.url}/api/v1/kitchens${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...init })
  const answer = (await response.json()) as EnvelopeBody<T>
  return { status: response.status, headers: response.headers, body: answer, data: answer.data as T }
}

const register = (changes: Record<string, unknown> = {}, headers?: Record<string, string>) => call('POST', '', { ...BODY, ...changes }, headers)

interface Published {
  type: string
  subject: string
  sequence: string
  correlationid: string
  data: Record<string, unknown>
}
async function published(): Promise<Published[]> {
  const rows = await database.query<{ payload: string }>('SELECT payload FROM outbox ORDER BY id')
  return rows.map(row => JSON.parse(row.payload) as Published)
}
const count = async () => (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM kitchen'))[0]?.n

describe('registering a kitchen', () => {
  it('answers 201 with its address, and publishes it in the same transaction', async () => {
    const { status, headers, data } = await register({}, { 'x-request-id': 'request-1' })
    expect(status).toBe(201)
    expect(data).toMatchObject({ ...BODY, version: 1 })
    expect(headers.get('location')).toBe(`/api/v1/kitchens/${data.id}`)
    expect(headers.get('etag')).toBe('"1"')
    const [event] = await published()
    expect(event).toMatchObject({ type: 'listing.kitchen-registered.v1', subject: data.id, correlationid: 'request-1' })
    expect(Number(event?.sequence)).toBe(1)
    expect(event?.data).toEqual({
      kitchenId: data.id, version: 1, name: 'Hafenküche', timeZone: 'Europe/Berlin', hourlyRateMinor: 4500, currency: 'EUR', capacity: 12,
      licence: { number: 'L-100', validFrom: '2026-01-01', validUntil: '2030-12-31' },
      insurance: { policyNumber: 'P-7', validFrom: '2026-01-01', validUntil: '2030-12-31' },
    })
  })

  it.each([
    ['an unknown field', { owner: 'me' }, 400, '/owner'],
    ['a missing field', { name: undefined }, 400, '/name'],
    ['a wrong type', { capacity: '12' }, 400, '/capacity'],
    ['a fraction of a cent', { hourly_rate_minor: 4.5 }, 400, '/hourly_rate_minor'],
    ['a day that does not exist', { licence: { number: '1', valid_from: '2026-02-30', valid_until: '2026-03-01' } }, 400, '/licence/valid_from'],
    ['an unknown time zone', { time_zone: 'Mars/Olympus' }, 422, '/time_zone'],
    ['an unknown currency', { currency: 'QQQ' }, 422, '/currency'],
    ['a licence that ends before it begins', { licence: { number: '1', valid_from: '2026-05-02', valid_until: '2026-05-01' } }, 422, '/licence/valid_until'],
  ])('refuses %s, naming the field; nothing is stored or published', async (_, changes, status, pointer) => {
    const answer = await register(changes)
    expect(answer.status).toBe(status)
    expect(answer.body.error?.errors?.[0]?.pointer).toBe(pointer)
    expect(await count()).toBe(0)
    expect(await published()).toEqual([])
  })

  it('does it once for an Idempotency-Key', async () => {
    const first = await register({}, { 'idempotency-key': 'k-1' })
    const again = await register({}, { 'idempotency-key': 'k-1' })
    expect(again.data).toEqual(first.data)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await published()).toHaveLength(1)
    const other = await register({ capacity: 13 }, { 'idempotency-key': 'k-1' })
    expect(other.status).toBe(422)
    expect(other.body.error?.code).toBe('HTTP_IDEMPOTENCY_CONFLICT')
  })
})

describe('changing a kitchen', () => {
  it('is the next version, published with it as sequence', async () => {
    const { data } = await register()
    const changed = await call('PUT', `/${data.id}`, { ...BODY, insurance: null, capacity: 20 })
    expect(changed.status).toBe(200)
    expect(changed.data).toMatchObject({ id: data.id, version: 2, insurance: null, capacity: 20, created_at: data.created_at })
    expect(changed.headers.get('etag')).toBe('"2"')
    expect((await published()).map(event => [event.type, Number(event.sequence), event.data['version']])).toEqual([
      ['listing.kitchen-registered.v1', 1, 1],
      ['listing.kitchen-changed.v1', 2, 2],
    ])
  })

  it('that changes nothing publishes nothing', async () => {
    const { data } = await register()
    expect((await call('PUT', `/${data.id}`, BODY)).data.version).toBe(1)
    expect(await published()).toHaveLength(1)
  })

  it('is refused to who has seen an older version', async () => {
    const { data } = await register()
    expect((await call('PUT', `/${data.id}`, { ...BODY, capacity: 1 }, { 'if-match': '"1"' })).status).toBe(200)
    const late = await call('PUT', `/${data.id}`, { ...BODY, capacity: 2 }, { 'if-match': '"1"' })
    expect(late.status).toBe(412)
    expect(late.body.error?.code).toBe('HTTP_PRECONDITION_FAILED')
    expect(late.headers.get('etag')).toBe('"2"')
    expect((await call('PUT', `/${data.id}`, BODY, { 'if-match': 'nonsense' })).status).toBe(400)
  })

  it('by many at once gives each its own version, published in their order', async () => {
    const { data } = await register()
    await Promise.all(Array.from({ length: 8 }, (_, i) => call('PUT', `/${data.id}`, { ...BODY, capacity: 100 + i })))
    expect((await published()).map(event => event.data['version'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('reading', () => {
  it('gives a kitchen with its entity tag', async () => {
    const { data } = await register()
    const read = await call('GET', `/${data.id}`)
    expect(read.data).toEqual(data)
    expect(read.headers.get('etag')).toBe('"1"')
  })

  it.each(['7', '0197a3a0-0000-7000-8000-000000000000'])('answers 404 for %s', async id => {
    for (const [method, body] of [['GET', undefined], ['PUT', BODY]] as const) {
      const answer = await call(method, `/${id}`, body)
      expect(answer.status).toBe(404)
      expect(answer.body.error?.code).toBe('HTTP_RESOURCE_UNKNOWN')
    }
  })

  it('lists newest first, page by page, each kitchen once', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await register({ name: `Kitchen ${i}` })).data.id)
    const seen: string[] = []
    let cursor: string | null | undefined = ''
    do {
      const page: Answered<KitchenResource[]> = await call<KitchenResource[]>('GET', `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map(kitchen => kitchen.id))
      cursor = page.body.meta.pagination?.next_cursor
    } while (cursor)
    expect(seen).toEqual(ids)
    expect((await call('GET', '?cursor=nonsense')).body.error?.code).toBe('HTTP_INVALID_CURSOR')
  })
})
