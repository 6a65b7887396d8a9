import type { MigrationInterface } from 'typeorm'
import { Client } from 'pg'
import { PersistenceError } from './errors.ts'

/** A TypeORM migration: its class name ends in a 13 digit timestamp, which orders it. */
export type MigrationClass = new () => MigrationInterface

/** Any constant: it only has to be the same for all that migrate one database. */
const LOCK = 7_305_551_012
const PATIENCE_MS = 60_000

/**
 * The database's defaults for all sessions: to set them in each transaction cost two statements each time, and PgBouncer
 * passes no session settings on. Times after which it ends what a client left open, whatever became of that client; the last of
 * them: a connection that was destroyed over a query that hangs gives its locks back within a second. And a prepared
 * statement is planned once: for tables in partitions the server would plan it each time, which takes longer than to run it.
 */
const DEFAULTS = `do $$ begin
  execute format('alter database %I set statement_timeout = ''30s''', current_database());
  execute format('alter database %I set idle_in_transaction_session_timeout = ''45s''', current_database());
  execute format('alter database %I set client_connection_check_interval = ''1s''', current_database());
  execute format('alter database %I set plan_cache_mode = ''force_generic_plan''', current_database());
end $$`
/** A migration takes the time it takes. */
const NO_LIMITS = { statement_timeout: 0, idle_in_transaction_session_timeout: 0 }

/**
 * Runs the migrations that this database has not seen, each in its own transaction, in the order of their timestamps.
 * Two processes that migrate at once wait for each other by an advisory lock (the one place with session state: connect
 * directly, not through PgBouncer). Defaults for the database's other sessions are set too, which its owner may do.
 * @returns the names of those that were run
 * @throws PersistenceError PERSISTENCE_UNAVAILABLE or PERSISTENCE_MIGRATION_FAILED
 */
export async function runMigrations(url: string, service: string, migrations: MigrationClass[]): Promise<string[]> {
  // Services do not migrate: they never load it.
  const { DataSource } = await import('typeorm')
  const lock = await takeLock(url, service)
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: `${service} migrations`,
    poolSize: 2,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    extra: NO_LIMITS,
  })
  try {
    await source.initialize()
    const names = (await source.runMigrations()).map(migration => migration.name)
    await source.query(DEFAULTS)
    return names
  } catch (cause) {
    throw new PersistenceError('PERSISTENCE_MIGRATION_FAILED', { detail: `${service}: ${cause instanceof Error ? cause.message : String(cause)}`, cause })
  } finally {
    if (source.isInitialized) await source.destroy()
    await lock.end().catch(() => undefined)
  }
}

/** A session that holds the lock until it ends, however it ends. */
async function takeLock(url: string, service: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: `${service} migrations lock`, connectionTimeoutMillis: 5_000, ...NO_LIMITS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(`set lock_timeout = ${PATIENCE_MS}`)
    await client.query('select pg_advisory_lock($1::bigint)', [LOCK])
    return client
  } catch (cause) {
    await client.end().catch(() => undefined)
    throw new PersistenceError('PERSISTENCE_UNAVAILABLE', { detail: cause instanceof Error ? cause.message : String(cause), cause })
  }
}
