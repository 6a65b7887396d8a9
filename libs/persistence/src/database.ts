import { DataSource, type DataSourceOptions } from 'typeorm'
import { type Pool, type PoolClient, type QueryResult } from 'pg'
import { logger, type Span, SpanKind, withSpan } from '@prep/observability'
import { isUnavailable } from './error-classes.ts'
import { PersistenceError } from './errors.ts'
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
  entities?: DataSourceOptions['entities']
  /** Plan each statement once a connection; default true unless DATABASE_PREPARE_STATEMENTS is `false`: behind a pooler that knows no named ones. */
  prepareStatements?: boolean
}

export interface TransactionOptions {
  /** After this the connection is destroyed and PERSISTENCE_TIMEOUT thrown; default none but the database's own limits. */
  timeoutMs?: number
}

/**
 * One service's database. SQL goes straight to the connection; TypeORM owns the pool and is there for `tx.manager`.
 * Keeps no session state, so PgBouncer in transaction mode fits in between.
 */
export class Database {
  readonly #source: DataSource
  readonly #pool: Pool
  readonly #pinger: Pinger
  readonly #statements: Statements
  #closing: Promise<void> | undefined

  constructor(source: DataSource, pinger: Pinger, statements: Statements) {
    this.#source = source
    this.#statements = statements
    this.#pool = (source.driver as unknown as { master: Pool }).master
    this.#pinger = pinger
  }

  get source(): DataSource {
    return this.#source
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

  /** Asks the database, in at most a second, on a connection of its own: a busy pool is not an absent database. */
  ping(): Promise<boolean> {
    return this.#pinger.ping()
  }

  close(): Promise<void> {
    return (this.#closing ??= Promise.all([this.#pinger.close(), this.#source.destroy()]).then(() => undefined))
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
    const tx = new ConnectionTx(client, this.#source, span, this.#statements)
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
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Gives the reason to destroy the connection, or undefined when it is as good as new. */
  async #rollback(client: PoolClient, error: unknown): Promise<Error | undefined> {
    if (error instanceof PersistenceError && error.code === 'PERSISTENCE_TIMEOUT') {
      // To release it is not enough: a pipelined connection waits for its queries to end before it closes.
      ;(client as unknown as Corkable).connection?.stream?.destroy?.()
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

/** The socket under a client; pg does not name it in its types. */
interface Corkable {
  connection?: { stream?: { cork?(): void; uncork?(): void; destroy?(): void } }
}

/**
 * Begins a transaction without waiting: the connection is pipelined, so that `begin` shares the round trip of the first
 * statement, and corked until that is written, so that both leave in one packet.
 */
function beginWith<T>(client: PoolClient, work: () => Promise<T>): { begun: Promise<unknown>; result: Promise<T> } {
  return inOnePacket(client, () => {
    const begun = client.query('begin')
    begun.catch(() => undefined)
    return { begun, result: work() }
  })
}

/** What `send` writes before it first waits leaves in one packet. */
function inOnePacket<T>(client: PoolClient, send: () => T): T {
  const stream = (client as unknown as Corkable).connection?.stream
  stream?.cork?.()
  try {
    return send()
  } finally {
    process.nextTick(() => stream?.uncork?.())
  }
}

/** Sends the transaction's last statements and the commit together. A failed statement's own error comes first. */
async function commit(client: PoolClient, tx: ConnectionTx): Promise<void> {
  const [last, committed] = inOnePacket(client, () => [tx.finish(), client.query('commit')] as const)
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
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.service,
    poolSize: options.poolSize ?? 12,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    entities: options.entities ?? [],
    synchronize: false,
    logging: false,
    poolErrorHandler: (error: unknown) => logger().warn({ err: error }, 'An idle database connection was lost'),
    extra: { pipeline: true, keepAlive: true, idleTimeoutMillis: 60_000 },
  })
  try {
    await source.initialize()
  } catch (cause) {
    throw new PersistenceError('PERSISTENCE_UNAVAILABLE', { detail: textOf(cause), cause })
  }
  // A connection in use that breaks fails its query; without a listener its 'error' event would end the process as well.
  const pool = (source.driver as unknown as { master: Pool }).master
  const guarded = new WeakSet<PoolClient>()
  pool.on('acquire', client => {
    if (guarded.has(client)) return
    guarded.add(client)
    client.on('error', () => undefined)
  })
  return new Database(source, new Pinger(options.url, options.service), new Statements(options.prepareStatements ?? process.env['DATABASE_PREPARE_STATEMENTS'] !== 'false'))
}

function textOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(textOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
