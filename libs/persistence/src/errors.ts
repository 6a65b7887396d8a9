/** Every error that leaves this package, with what happened and what to do. README.md has the same table. */
export const persistenceErrorCodes = {
  PERSISTENCE_URL_MISSING: 'No database address. Set DATABASE_URL to postgres://user:password@host:port/database.',
  PERSISTENCE_UNAVAILABLE: 'The database cannot be reached. Check that it runs and that DATABASE_URL is right; work goes on by itself once it is back.',
  PERSISTENCE_POOL_EXHAUSTED: 'No connection became free in time. Shorten transactions or raise the pool size.',
  PERSISTENCE_TIMEOUT: 'The transaction took longer than it may; its connection was destroyed and the database rolls it back.',
  PERSISTENCE_TRANSACTION_OVER: 'The transaction has ended. A query was sent after it: an await is missing somewhere.',
  PERSISTENCE_MIGRATION_FAILED: 'A migration failed and was rolled back; the database is as before it. Read the cause, mend the migration, run again.',
} as const

export type PersistenceErrorCode = keyof typeof persistenceErrorCodes

/** `code` is stable; `cause` is what the driver said. */
export class PersistenceError extends Error {
  override readonly name = 'PersistenceError'
  readonly code: PersistenceErrorCode

  constructor(code: PersistenceErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(options.detail ? `${persistenceErrorCodes[code]} (${options.detail})` : persistenceErrorCodes[code], { cause: options.cause })
    this.code = code
  }
}
