import { AsyncLocalStorage } from 'node:async_hooks'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, runMigrations, TransactionGroups, type Tx } from './index.ts'

let test: TestDatabase
let database: Database
let groups: TransactionGroups

beforeAll(async () => {
  test = await testDatabase()
  await runMigrations(test.directUrl, 'test', [])
  database = await openDatabase({ url: test.url, service: 'test', poolSize: 4 })
  await test.query('create table notes (id int primary key, text text, written_by xid8 default pg_current_xact_id())')
})

afterAll(async () => {
  await database?.close()
  await test?.drop()
})

beforeEach(async () => {
  await test.empty('notes')
  groups = new TransactionGroups(database)
})

const write = (id: number, text = '') => (tx: Tx) => tx.execute('insert into notes (id, text) values ($1, $2)', [id, text])
const transactions = async () => (await test.query<{ n: number }>('select count(distinct written_by)::int as n from notes'))[0]?.n
const ids = async () => (await test.query<{ id: number }>('select id from notes order by id')).map(row => row.id)

it('work that comes together shares a transaction, and each piece gets its own result', async () => {
  expect(await Promise.all([1, 2, 3].map(id => groups.run(String(id), async tx => (await write(id)(tx)) + id)))).toEqual([2, 3, 4])
  expect([await ids(), await transactions()]).toEqual([[1, 2, 3], 1])
})

it('what comes meanwhile goes into the next one', async () => {
  let others: Promise<unknown> | undefined
  await groups.run('a', async tx => {
    others = Promise.all([groups.run('b', write(2)), groups.run('c', write(3))])
    return write(1)(tx)
  })
  await others
  expect([await ids(), await transactions()]).toEqual([[1, 2, 3], 2])
})

it('a piece that fails fails alone, and takes nobody with it', async () => {
  const results = await Promise.allSettled([groups.run('a', write(1)), groups.run('b', async tx => {
    await write(2)(tx)
    throw new RangeError('no')
  }), groups.run('c', write(3))])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(RangeError)
  expect(await ids()).toEqual([1, 3])
})

it('pieces of one key run one after the other and see each other', async () => {
  const count = (id: number) => async (tx: Tx) => {
    const [row] = await tx.query<{ n: number }>('select count(*)::int as n from notes')
    await write(id)(tx)
    return row?.n
  }
  expect(await Promise.all([1, 2, 3].map(id => groups.run('one', count(id))))).toEqual([0, 1, 2])
})

it('work runs in the context of its caller', async () => {
  const who = new AsyncLocalStorage<string>()
  const work = () => groups.run(who.getStore() as string, async () => who.getStore())
  expect(await Promise.all(['ada', 'bob'].map(name => who.run(name, work)))).toEqual(['ada', 'bob'])
})
