import { eventually, quietPool, testDatabase, type TestDatabase } from '@prep/testing'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, created, httpMigrations, IdempotencyStore, type QueryRunner, requestHash } from './index.ts'

let database: TestDatabase
let pool: pg.Pool
const store = new IdempotencyStore()

beforeAll(async () => {
  database = await testDatabase(httpMigrations)
  await database.query('CREATE TABLE pans (name text)')
  pool = quietPool(database.url)
})
beforeEach(() => database.query('TRUNCATE http_idempotency, pans'))
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** One request in a transaction of its own: adds a pan, then waits for `until` before it commits. */
async function add(name: string, options: { key?: string; until?: Promise<void>; fail?: boolean; body?: unknown } = {}): Promise<Answer> {
  const client = await pool.connect()
  const tx: QueryRunner = { query: async (sql, params) => (await client.query(sql, params)).rows }
  try {
    await client.query('BEGIN')
    const request = { key: options.key ?? 'k-1', scope: 'POST /pans', requestHash: requestHash(options.body ?? { name: 'wok' }) }
    const answer = await store.run(tx, request, async () => {
      await client.query('INSERT INTO pans VALUES ($1)', [name])
      await options.until
      if (options.fail) throw new Error('burnt')
      return created({ name }, `/pans/${name}`)
    })
    await client.query('COMMIT')
    return answer
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
const pans = async () => (await database.query<{ name: string }>('SELECT name FROM pans ORDER BY name')).map(row => row.name)

describe('the idempotency store', () => {
  it('answers the same request again without doing it again', async () => {
    const first = await add('first')
    const second = await add('second')
    expect(second).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } })
    expect(await pans()).toEqual(['first'])
  })

  it('refuses the key for another body, and keeps keys of other scopes apart', async () => {
    await add('first')
    await expect(add('second', { body: { name: 'pot' } })).rejects.toMatchObject({ status: 422, code: 'HTTP_IDEMPOTENCY_CONFLICT' })
    await add('third', { key: 'k-2' })
    expect(await pans()).toEqual(['first', 'third'])
  })

  it('lets a concurrent request with the key wait, and gives it the first one\'s answer', async () => {
    let release = () => {}
    const first = add('first', { until: new Promise(resolve => (release = resolve)) })
    await eventually(async () => expect(await inTransaction()).toBe(1))
    const second = add('second')
    await eventually(async () => expect(await waiting()).toBe(1))
    release()
    expect((await second).data).toEqual((await first).data)
    expect(await pans()).toEqual(['first'])
  })

  it('keeps nothing of work that failed: the waiting request does it', async () => {
    let release = () => {}
    const first = add('first', { until: new Promise(resolve => (release = resolve)), fail: true })
    await eventually(async () => expect(await inTransaction()).toBe(1))
    const second = add('second')
    await eventually(async () => expect(await waiting()).toBe(1))
    release()
    await expect(first).rejects.toThrow('burnt')
    expect((await second).data).toEqual({ name: 'second' })
    expect(await pans()).toEqual(['second'])
  })
})

/** How many sessions of this database have written something and not ended their transaction. */
async function inTransaction(): Promise<number> {
  return (await database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND backend_xid IS NOT NULL`)).length
}

/** How many sessions of this database wait for another's transaction to end. */
async function waiting(): Promise<number> {
  return (await database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'transactionid'`)).length
}
