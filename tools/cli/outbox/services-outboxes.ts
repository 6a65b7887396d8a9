import { openPlatform, RuntimeError, type Platform } from '@prep/runtime'
import pg from 'pg'
import { OutboxError } from './errors.ts'

/** One service's own database. */
export interface ServiceOutbox {
  readonly service: string
  readonly query: <R>(sql: string, params?: unknown[]) => Promise<R[]>
}

/**
 * Runs `work` on the outboxes of the platform that runs here.
 * @param chosen one service; undefined: all
 * @throws RuntimeError RT_NOT_RUNNING; OutboxError OUTBOX_SERVICE_UNKNOWN
 */
export async function withOutboxes<T>(chosen: string | undefined, work: (outboxes: readonly ServiceOutbox[]) => Promise<T>): Promise<T> {
  const platform = openPlatform()
  if (!platform.isUp) throw new RuntimeError('RT_NOT_RUNNING', { message: 'Prep does not run.', hint: 'Start it: ./prep up' })
  return onOutboxesOf(platform, chosen, work)
}

/** As `withOutboxes`, on a platform that is open already. */
export async function onOutboxesOf<T>(platform: Platform, chosen: string | undefined, work: (outboxes: readonly ServiceOutbox[]) => Promise<T>): Promise<T> {
  const services = platform.migrated.flatMap(({ name, database }) => (database === undefined ? [] : [{ name, url: platform.databaseUrl(database) }]))
  const wanted = services.filter(({ name }) => chosen === undefined || name === chosen)
  if (wanted.length === 0 && chosen !== undefined) throw new OutboxError('OUTBOX_SERVICE_UNKNOWN', `There are: ${services.map(({ name }) => name).join(', ')}`)
  const opened = wanted.map(({ name, url }) => ({ name, pool: new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 2_000 }) }))
  for (const { pool } of opened) pool.on('error', () => undefined)
  try {
    return await work(opened.map(({ name, pool }) => ({ service: name, query: async <R>(sql: string, params?: unknown[]) => (await pool.query(sql, params)).rows as R[] })))
  } finally {
    await Promise.all(opened.map(({ pool }) => pool.end()))
  }
}
