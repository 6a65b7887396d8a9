import { openPlatform, RuntimeError, type Platform, type ServiceSpec } from '@prep/runtime'
import pg from 'pg'
import { DlqError } from '../dlq/errors.ts'

type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>

/** The databases of the services with messages, opened for reading only, with the platform that they belong to. */
export interface ServicesRecords {
  readonly platform: Platform
  readonly services: readonly string[]
  /** One service's database. */
  readonly of: (service: string) => Query
}

/**
 * Runs `work` on the records of the platform that runs here.
 * @param chosen one service; undefined: all
 * @throws RuntimeError RT_NOT_RUNNING; DlqError DLQ_SERVICE_UNKNOWN
 */
export async function withRecords<T>(chosen: string | undefined, work: (records: ServicesRecords) => Promise<T>): Promise<T> {
  const platform = openPlatform()
  if (!platform.isUp) throw new RuntimeError('RT_NOT_RUNNING', { message: 'Prep does not run.', hint: 'Start it: ./prep up' })
  const services = platform.migrated.filter(({ database }) => database !== undefined)
  const wanted = chosen === undefined ? services : services.filter(({ name }) => name === chosen)
  if (wanted.length === 0) throw new DlqError('DLQ_SERVICE_UNKNOWN', `There are: ${services.map(({ name }) => name).join(', ')}`)
  const pools = new Map(services.map((service) => [service.name, readingPool(platform, service)]))
  try {
    const of = (service: string): Query => async <R>(sql: string, params?: unknown[]) => (await (pools.get(service) as pg.Pool).query(sql, params)).rows as R[]
    return await work({ platform, services: wanted.map(({ name }) => name), of })
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.end()))
  }
}

function readingPool(platform: Platform, service: ServiceSpec): pg.Pool {
  const pool = new pg.Pool({ connectionString: platform.databaseUrl(service.database as string), max: 1, options: '-c default_transaction_read_only=on' })
  pool.on('error', () => undefined)
  return pool
}
