import { PersistenceError } from './errors.ts'

/** SQLSTATE of admin shutdown, crash shutdown, cannot connect now, too many connections, idle-in-transaction limit of a failover. */
const AWAY_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300'])
/** Node's and pg's words for a connection that broke under a query; these errors carry no SQLSTATE. */
const AWAY_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Connection ended|timeout exceeded when trying to connect|Cannot use a pool after calling end)/
const AWAY_SYSCALLS = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED'])
const DRIVER_SYSCALLS = new Set(['read', 'write', 'connect'])

/**
 * Whether the database itself is away (as against: it answered and refused the statement). Connection failures of this
 * package, SQLSTATE class 08, 57P01 to 57P03, 53300, and the driver's own broken-connection errors.
 * A handler's failed HTTP call looks the same to Node; look at `Database.ping()` when the error may be another's.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof PersistenceError) return error.code === 'PERSISTENCE_UNAVAILABLE' || error.code === 'PERSISTENCE_POOL_EXHAUSTED'
  if (!(error instanceof Error)) return false
  const { code, driverError, syscall } = error as { code?: unknown; driverError?: unknown; syscall?: unknown }
  if (driverError instanceof Error) return isUnavailable(driverError)
  if (typeof code === 'string') {
    if (code.startsWith('08') && code.length === 5) return true
    if (AWAY_STATES.has(code)) return true
    if (AWAY_SYSCALLS.has(code) && typeof syscall === 'string') return DRIVER_SYSCALLS.has(syscall)
  }
  return AWAY_MESSAGES.test(error.message)
}

/** Whether the same transaction may simply be run again: deadlock (40P01) or serialization failure (40001). */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === '40P01' || state === '40001'
}

/** The SQLSTATE of an error of PostgreSQL, also when TypeORM wrapped it; undefined for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, driverError } = error as { code?: unknown; driverError?: unknown }
  if (driverError instanceof Error) return sqlStateOf(driverError)
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !(error instanceof PersistenceError) ? code : undefined
}
