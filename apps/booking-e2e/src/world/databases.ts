import type { Platform } from '@prep/runtime'
import { quietPool } from '@prep/testing'

export const databaseNames = ['listing', 'booking', 'compliance', 'payment', 'notification', 'task_orchestrator'] as const
export type DatabaseName = (typeof databaseNames)[number]

/** Looks into the services' databases. Only tests may: a service reads its own and nobody else's. */
export class Databases {
  readonly #platform: Platform
  readonly #pools = new Map<DatabaseName, ReturnType<typeof quietPool>>()

  constructor(platform: Platform) { this.#platform = platform }

  async query<R>(database: DatabaseName, sql: string, params?: unknown[]): Promise<R[]> {
    const pool = this.#pools.get(database) ?? quietPool(this.#platform.databaseUrl(database), 2)
    this.#pools.set(database, pool)
    return (await pool.query(sql, params)).rows as R[]
  }

  async close(): Promise<void> {
    for (const pool of this.#pools.values()) await pool.end()
    this.#pools.clear()
  }
}
