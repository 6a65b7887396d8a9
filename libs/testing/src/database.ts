import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { sharedParts } from './parts.ts'

/** A TypeORM migration class, as the apps and libs list them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeORM's own shape of a class
export type MigrationClass = new (...args: any[]) => any

export interface TestDatabase {
  readonly name: string
  /** What DATABASE_URL would be. */
  readonly url: string
  /** The same without the PgBouncer that may be in between: for migrations. */
  readonly directUrl: string
  query<R = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<R[]>
  /**
   * Truncates tables while a service is at work on them. Its loops take their locks in another order, so that PostgreSQL may
   * see a deadlock and end the truncate; it is then tried again.
   */
  empty(...tables: string[]): Promise<void>
  /** Closes the test's own connections, then drops the database whoever is still connected. */
  drop(): Promise<void>
}

/** A fresh database on the shared PostgreSQL, with `migrations` run. Call it in beforeAll, drop() it in afterAll. */
export async function testDatabase(migrations: readonly MigrationClass[] = []): Promise<TestDatabase> {
  const { postgresUrl: server, poolerUrl } = sharedParts()
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name}`)
  // Migrations and the test's own looks connect directly, also where services connect through PgBouncer.
  const direct = databaseUrl(server, name)
  if (migrations.length > 0) {
    const { runMigrations } = await import('@prep/persistence')
    await runMigrations(direct, 'test', [...migrations])
  }
  const pool = quietPool(direct)
  return {
    name,
    url: poolerUrl === undefined ? direct : databaseUrl(poolerUrl, name),
    directUrl: direct,
    query: async (sql, params) => (await pool.query(sql, params)).rows,
    empty: (...tables) => truncate(pool, tables),
    drop: async () => {
      await pool.end()
      await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}

const DEADLOCK = '40P01'

async function truncate(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  for (;;) {
    try {
      await pool.query(`truncate ${tables.join(', ')}`)
      return
    } catch (error) {
      if ((error as pg.DatabaseError).code !== DEADLOCK) throw error
    }
  }
}

/** A pool that survives the loss of its server: the next query says so instead. */
export function quietPool(url: string, max = 4): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max })
  pool.on('error', () => undefined)
  return pool
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
