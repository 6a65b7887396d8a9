import { expect, test } from 'vitest'
import { quietPool, testDatabase } from './database.ts'

test('each call makes its own database, and drop removes it under an open connection', async () => {
  const one = await testDatabase()
  const two = await testDatabase()
  await one.query('CREATE TABLE kept (n int)')
  await expect(two.query('SELECT * FROM kept')).rejects.toMatchObject({ code: '42P01' })
  const other = quietPool(one.url)
  await other.query('SELECT 1')
  await one.drop()
  await expect(other.query('SELECT 1')).rejects.toThrow()
  await other.end()
  expect(await two.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  await two.drop()
})
