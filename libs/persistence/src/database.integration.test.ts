import { type AddressInfo, connect, createServer } from 'node:net'
import { eventually, testDatabase, type TestDatabase } from '@prep/testing'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, runMigrations, type Tx } from './index.ts'

let test: TestDatabase
let database: Database

beforeAll(async () => {
  test = await testDatabase()
  await runMigrations(test.directUrl, 'test', [])
  database = await openDatabase({ url: test.url, service: 'test', poolSize: 4 })
  await test.query('create table notes (id int primary key, text text)')
})

afterAll(async () => {
  await database?.close()
  await test?.drop()
})

beforeEach(() => test.empty('notes'))

const notes = async () => (await test.query<{ id: number }>('select id from notes order by id')).map(row => row.id)

describe('a transaction', () => {
  it('commits what its work did and then runs the hooks', async () => {
    const hooks: string[] = []
    const result = await database.transaction(async tx => {
      tx.onCommit(() => hooks.push('after'))
      expect(await tx.execute('insert into notes values ($1, $2)', [1, 'a'])).toBe(1)
      hooks.push('inside')
      return tx.query('select text from notes')
    })
    expect(result).toEqual([{ text: 'a' }])
    expect(hooks).toEqual(['inside', 'after'])
    expect(await notes()).toEqual([1])
  })

  it('leaves nothing when its work fails, and runs no hook', async () => {
    let hook = false
    const failing = database.transaction(async tx => {
      tx.onCommit(() => (hook = true))
      await tx.execute('insert into notes values (1)')
      throw new RangeError('no')
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect([hook, await notes()]).toEqual([false, []])
  })

  it('sends without waiting, in order, and fails with the error of what was sent', async () => {
    await database.transaction(async tx => {
      tx.send('insert into notes values (1, $1)', ['a'])
      expect(await tx.query('select text from notes')).toEqual([{ text: 'a' }])
      tx.send('insert into notes values (2, $1)', ['b'])
    })
    const failing = async (then: (tx: Tx) => Promise<unknown>) => database.transaction(async tx => {
      tx.send('insert into notes values (1)')
      await then(tx)
    })
    await expect(failing(async () => undefined)).rejects.toMatchObject({ code: '23505' })
    await expect(failing(tx => tx.query('select 1'))).rejects.toMatchObject({ code: '23505' })
    expect(await notes()).toEqual([1, 2])
  })

  it('fails when a statement failed and nobody looked', async () => {
    const swallowing = database.transaction(async tx => {
      await tx.execute('insert into notes values (1)')
      await tx.query('select 1 / 0').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('rolled back instead of committed')
    expect(await notes()).toEqual([])
  })

  it('shares its connection and its fate with the entity manager', async () => {
    await database.transaction(async tx => {
      await tx.execute('insert into notes values (1)')
      expect(await (await tx.manager()).query('select id from notes')).toEqual([{ id: 1 }])
      await (await tx.manager()).query('insert into notes values (2)')
    })
    await expect(
      database.transaction(async tx => {
        await (await tx.manager()).query('insert into notes values (3)')
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await notes()).toEqual([1, 2])
  })

  it('refuses queries that come after it has ended', async () => {
    let late: Tx | undefined
    await database.transaction(async tx => void (late = tx))
    await expect(late?.query('select 1')).rejects.toMatchObject({ code: 'PERSISTENCE_TRANSACTION_OVER' })
    await expect(late?.manager()).rejects.toThrow('The transaction has ended')
    expect(() => late?.send('select 1')).toThrow('The transaction has ended')
  })

  it('ends when its time is over, and its connection with it', async () => {
    const slow = database.transaction(tx => tx.query('select pg_sleep(20)'), { timeoutMs: 100 })
    await expect(slow).rejects.toMatchObject({ code: 'PERSISTENCE_TIMEOUT' })
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  it('sets limits that the database keeps by itself', async () => {
    const limits = `select current_setting('statement_timeout') as s, current_setting('idle_in_transaction_session_timeout') as i`
    expect(await database.transaction(tx => tx.query(limits))).toEqual([{ s: '30s', i: '45s' }])
    expect(await database.query(limits)).toEqual([{ s: '30s', i: '45s' }])
  })

  it('gives the pool back whole when hundreds fail', async () => {
    const work = Array.from({ length: 200 }, (_, i) => database.transaction(tx => tx.query(i % 2 ? 'select 1' : 'select broken')))
    const results = await Promise.allSettled(work)
    expect(results.filter(result => result.status === 'rejected')).toHaveLength(100)
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('when connections are killed', () => {
  it('the next use gets a new one, the process lives on, and the loss is known', async () => {
    await Promise.all(Array.from({ length: 4 }, () => database.query('select 1')))
    const running = database.transaction(tx => tx.query('select pg_sleep(20)'))
    running.catch(() => undefined)
    await eventually(async () => {
      const sleeping = `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and query = 'select pg_sleep(20)'`
      expect(await test.query(sleeping)).not.toEqual([])
    })
    await test.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('test', 'test health')`)
    await expect(running).rejects.toMatchObject({ code: '57P01' })
    expect(await database.ping()).toBe(true)
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
    expect(database.reachable()).toBe(true)
  })

  it.each([
    ['one connection that is gone is not an absent database', 1, true],
    ['a database whose connections are all gone is away', Infinity, false],
  ])('%s', async (_what, broken, answer) => {
    const url = new URL(test.url)
    const { hostname, port } = url
    let left = 0
    const proxy = createServer(socket => {
      if (left-- > 0) return void socket.destroy()
      const server = connect(Number(port), hostname)
      socket.on('error', () => server.destroy()).on('close', () => server.destroy())
      server.on('error', () => socket.destroy()).on('close', () => socket.destroy())
      socket.pipe(server).pipe(socket)
    })
    await new Promise<void>(listening => proxy.listen(0, '127.0.0.1', listening))
    url.port = String((proxy.address() as AddressInfo).port)
    const far = await openDatabase({ url: url.href, service: 'test' })
    try {
      left = broken
      expect(await far.ping()).toBe(answer)
    } finally {
      await far.close()
      await new Promise(closed => proxy.close(closed))
    }
  })

  it('a database that is not there is named so', async () => {
    const url = new URL(test.url)
    url.port = '1'
    await expect(openDatabase({ url: url.toString(), service: 'test' })).rejects.toMatchObject({ code: 'PERSISTENCE_UNAVAILABLE' })
  })
})

class CreateA1700000000001 implements MigrationInterface {
  readonly name = 'CreateA1700000000001'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table a (id int)')
  }
  async down(): Promise<void> {}
}

class BreakB1700000000002 implements MigrationInterface {
  readonly name = 'BreakB1700000000002'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table b (id int)')
    await runner.query('create table b (id int)')
  }
  async down(): Promise<void> {}
}

describe('migrations', () => {
  it('run once, also when two processes start together', async () => {
    const names = await Promise.all([runMigrations(test.directUrl, 'one', [CreateA1700000000001]), runMigrations(test.directUrl, 'two', [CreateA1700000000001])])
    expect(names.flat()).toEqual(['CreateA1700000000001'])
    expect(await runMigrations(test.directUrl, 'one', [CreateA1700000000001])).toEqual([])
  })

  it('leave the database as it was when one fails, and free the lock', async () => {
    await expect(runMigrations(test.directUrl, 'one', [BreakB1700000000002])).rejects.toMatchObject({ code: 'PERSISTENCE_MIGRATION_FAILED', message: expect.stringContaining('"b" already exists') })
    expect(await test.query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
    expect(await runMigrations(test.directUrl, 'one', [])).toEqual([])
  })
})
