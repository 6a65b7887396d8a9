import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Database, gathered, openDatabase, type Tx } from './index.ts'

let test: TestDatabase
let database: Database
/** The items of each call. */
let calls: string[][]

beforeAll(async () => {
  test = await testDatabase()
  database = await openDatabase({ url: test.url, service: 'test', poolSize: 2 })
})

afterAll(async () => {
  await database?.close()
  await test?.drop()
})

beforeEach(() => (calls = []))

const upper = gathered(async (tx: Tx, items: readonly string[]) => {
  calls.push([...items])
  const rows = await tx.query<{ text: string }>('select upper(t) as text from unnest($1::text[]) with ordinality as r(t, n) order by n', [items])
  return rows.map(({ text }) => text)
})

it('asks once for what is wanted side by side, and gives everyone their own answer', async () => {
  const work = (item: string) => async (tx: Tx) => `${await upper(tx, item)}${await upper(tx, `${item}${item}`)}`
  expect(await database.transaction(tx => Promise.all(['a', 'b', 'c'].map(item => work(item)(tx))))).toEqual(['AAA', 'BBB', 'CCC'])
  expect(calls).toEqual([['a', 'b', 'c'], ['aa', 'bb', 'cc']])
})

it('keeps transactions apart', async () => {
  const run = (item: string) => database.transaction(tx => upper(tx, item))
  expect(await Promise.all([run('a'), run('b')])).toEqual(['A', 'B'])
  expect(calls).toHaveLength(2)
})

it('runs after what was sent before in the same turn', async () => {
  const count = gathered(async (tx: Tx, items: readonly number[]) => {
    const [row] = await tx.query<{ n: number }>('select count(*)::integer as n from said')
    return items.map(() => row?.n)
  })
  const counted = database.transaction(async tx => {
    tx.send('create temporary table said (n integer) on commit drop')
    const asked = count(tx, 1)
    tx.send('insert into said values (1)')
    return asked
  })
  expect(await counted).toBe(1)
})

it('fails everyone who asked, and the transaction with them', async () => {
  const divide = gathered(async (tx: Tx, items: readonly number[]) => {
    const rows = await tx.query<{ n: number }>('select 6 / i as n from unnest($1::integer[]) as r(i)', [items])
    return rows.map(({ n }) => n)
  })
  let settled: Array<PromiseSettledResult<unknown>> = []
  const work = async (tx: Tx) => {
    settled = await Promise.allSettled([divide(tx, 2), divide(tx, 0)])
  }
  await expect(database.transaction(work)).rejects.toThrow('rolled back')
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
