import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg'
import type { DataSourceOptions } from 'typeorm'
import { logger, type Span, SpanKind, withSpan } from '@prep/observability'
import { isUnavailable } from './error-classes.ts'
import { PersistenceError } from './errors.ts'
import { Orm } from './orm.ts'
import { destroyConnection, inOnePacket } from './packet.ts'
import { Pinger } from './pinger.ts'
import { Statements } from './statements.ts'
import { ConnectionTx, type Tx } from './tx.ts'

const CONNECT_TIMEOUT_MS = 5_000

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string
  /** Name of the service: PostgreSQL shows it as application_name. */
  service: string
  /** Connections at most; default 12. */
  poolSize?: number
  /** For `tx.manager()`. */
  entities?: DataSourceOptions['entities']
  /** Plan each statement once a connection; default true unless DATABASE_PREPARE_STATEMENTS is `false`: behind a pooler that knows no named ones. */
  prepareStatements?: boolean
}

export interface TransactionOptions {
  /** After this the connection is destroyed and PERSISTENCE_TIMEOUT thrown; default none but the database's own limits. */
  timeoutMs?: number
}

/**
 * One service's database. SQL goes straight to the connection; TypeORM is there for `tx.manager()`.
 * Keeps no session state, so PgBouncer in transaction mode fits in between.
 */
export class Database {
  readonly #pool: Pool
  readonly #orm: Orm
  readonly #pinger: Pinger
  readonly #statements: Statements
  #closing: Promise<void> | undefined

  constructor(pool: Pool, orm: Orm, pinger: Pinger, statements: Statements) {
    this.#pool = pool
    this.#orm = orm
    this.#statements = statements
    this.#pinger = pinger
  }

  /** Connections that the pool may open. */
  get poolSize(): number {
    return this.#pool.options.max
  }

  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects, and then rejects with the
   * same error. The commit's own failure is thrown as well; whether it took place is then unknown.
   * @throws PersistenceError PERSISTENCE_UNAVAILABLE, PERSISTENCE_POOL_EXHAUSTED, PERSISTENCE_TIMEOUT; and what `work` throws
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return withSpan('transaction', SPAN, async span => {
      const client = await this.#connect()
      return this.#runTransaction(client, span, work, options.timeoutMs)
    })
  }

  /** One statement in its own transaction. */
  async query<R = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<R[]> {
    return (await this.#single(sql, params)).rows as R[]
  }

  /** As `query`; gives the number of rows touched. */
  async execute(sql: string, params?: unknown[]): Promise<number> {
    return (await this.#single(sql, params)).rowCount ?? 0
  }

  /** What the last use of the database showed. Costs nothing. */
  reachable(): boolean {
    return this.#pinger.reachable()
  }

  /** Asks the database, in about a second at most, on a connection of its own: a busy pool is not an absent database, and neither is one lost connection. */
  ping(): Promise<boolean> {
    return this.#pinger.ping()
  }

  close(): Promise<void> {
    return (this.#closing ??= Promise.all([this.#pinger.close(), this.#orm.close(), this.#pool.end()]).then(() => undefined))
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (cause) {
      const exhausted = cause instanceof Error && cause.message.startsWith('timeout exceeded when trying to connect')
      if (!exhausted) this.#pinger.note(false)
      throw new PersistenceError(exhausted ? 'PERSISTENCE_POOL_EXHAUSTED' : 'PERSISTENCE_UNAVAILABLE', { detail: textOf(cause), cause })
    }
  }

  async #single(sql: string, params?: unknown[]): Promise<QueryResult> {
    const client = await this.#connect()
    let broken: Error | undefined
    try {
      const result = await this.#statements.run(client, sql, params)
      this.#pinger.note(true)
      return result
    } catch (error) {
      if (isUnavailable(error)) {
        broken = error as Error
        this.#pinger.note(false)
      }
      throw error
    } finally {
      client.release(broken)
    }
  }

  async #runTransaction<T>(client: PoolClient, span: Span, work: (tx: Tx) => Promise<T>, timeoutMs?: number): Promise<T> {
    const tx = new ConnectionTx(client, this.#orm, span, this.#statements)
    let broken: Error | undefined
    try {
      const { begun, result: working } = beginWith(client, () => work(tx))
      const result = await withinTime(working, timeoutMs)
      await begun
      await commit(client, tx)
      this.#pinger.note(true)
      tx.committed()
      return result
    } catch (error) {
      tx.end()
      broken = await this.#rollback(client, error)
      throw tx.causeOf(error)
    } finally {
      client.release(broken)
    }
  }

  /** Gives the reason to destroy the connection, or undefined when it is as good as new. */
  async #rollback(client: PoolClient, error: unknown): Promise<Error | undefined> {
    if (error instanceof PersistenceError && error.code === 'PERSISTENCE_TIMEOUT') {
      // To release it is not enough: a pipelined connection waits for its queries to end before it closes.
      destroyConnection(client)
      return error
    }
    try {
      await client.query('rollback')
      this.#pinger.note(true)
      return undefined
    } catch (broken) {
      this.#pinger.note(false)
      return broken as Error
    }
  }
}

const SPAN = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } }

/**
 * Begins a transaction without waiting: the connection is pipelined, so that `begin` shares the round trip of the first
 * statement, and both leave in one packet.
 */
function beginWith<T>(client: PoolClient, work: () => Promise<T>): { begun: Promise<unknown>; result: Promise<T> } {
  inOnePacket(client)
  const begun = client.query('begin')
  begun.catch(() => undefined)
  return { begun, result: work() }
}

/** Sends the transaction's last statements and the commit together. A failed statement's own error comes first. */
async function commit(client: PoolClient, tx: ConnectionTx): Promise<void> {
  inOnePacket(client)
  const last = tx.finish()
  const committed = client.query('commit')
  committed.catch(() => undefined)
  await last
  mustHaveCommitted(await committed)
}

/** PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed and the failure was swallowed. */
function mustHaveCommitted(result: QueryResult): void {
  if (result.command !== 'ROLLBACK') return
  throw new Error('The transaction was rolled back instead of committed: one of its statements failed and the error was swallowed.')
}

async function withinTime<T>(work: Promise<T>, timeoutMs?: number): Promise<T> {
  if (timeoutMs === undefined) return work
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PersistenceError('PERSISTENCE_TIMEOUT', { detail: `limit ${timeoutMs} ms` })), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    // When the work was late its own end is of no interest, and must not be an unhandled rejection.
    work.catch(() => undefined)
  }
}

/**
 * Opens the pool and makes sure that the database answers.
 * @throws PersistenceError PERSISTENCE_UNAVAILABLE when it does not: whoever starts services starts the database first
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, service, entities } = options
  const pool = openPool(options)
  try {
    const client = await pool.connect()
    client.release()
  } catch (cause) {
    await pool.end().catch(() => undefined)
    throw new PersistenceError('PERSISTENCE_UNAVAILABLE', { detail: textOf(cause), cause })
  }
  const statements = new Statements(options.prepareStatements ?? process.env['DATABASE_PREPARE_STATEMENTS'] !== 'false')
  return new Database(pool, new Orm({ url, service, entities }), new Pinger(url, service), statements)
}

function openPool({ url, service, poolSize = 12 }: DatabaseOptions): Pool {
  const settings = { connectionString: url, application_name: service, max: poolSize, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, idleTimeoutMillis: 60_000 }
  const pool = new Pool({ ...settings, keepAlive: true, pipeline: true } as PoolConfig)
  pool.on('error', error => logger().warn({ err: error }, 'An idle database connection was lost'))
  // A connection in use that breaks fails its query; without a listener its 'error' event would end the process as well.
  const guarded = new WeakSet<PoolClient>()
  pool.on('acquire', client => {
    if (guarded.has(client)) return
    guarded.add(client)
    client.on('error', () => undefined)
  })
  return pool
}

function textOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(textOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
