import { sharedParts, testDatabase } from '@prep/testing'
import pg from 'pg'
import { expect, it } from 'vitest'
import { openDatabase } from './database.ts'

it('the tests of this stage reach their databases through PgBouncer in transaction mode', async (context) => {
  const { poolerUrl } = sharedParts()
  if (poolerUrl === undefined) return context.skip('this stage connects directly')
  const test = await testDatabase()
  const database = await openDatabase({ url: test.url, service: 'test' })
  const pooler = new pg.Client({ connectionString: poolerUrl.replace(/[^/]+$/, 'pgbouncer') })
  await pooler.connect()
  try {
    expect(await database.query('select $1::text as through', ['it'])).toEqual([{ through: 'it' }])
    expect((await pooler.query('show pools')).rows).toContainEqual(expect.objectContaining({ database: test.name, pool_mode: 'transaction' }))
  } finally {
    await pooler.end()
    await database.close()
    await test.drop()
  }
})
