import { type EntityManager, type DataSource, type QueryRunner } from 'typeorm'
import { type PoolClient, type QueryResult } from 'pg'
import { type Span, SpanKind, withSpan } from '@prep/observability'
import { PersistenceError } from './errors.ts'
import { type Statements } from './statements.ts'

/** A transaction as its work sees it. */
export interface Tx {
  /**
   * Runs one statement on the transaction's own connection and gives its rows. No ORM in between.
   * Statements sent without waiting for each other run in the order they were sent.
   * @throws the driver's DatabaseError (`code` is the SQLSTATE)
   */
  query<R = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<R[]>
  /** The number of rows that the statement touched. */
  execute(sql: string, params?: unknown[]): Promise<number>
  /** TypeORM on the same connection and transaction; made when first asked for. */
  readonly manager: EntityManager
  /**
   * Runs `fn` when the work is done; its statements leave in one packet with the commit, which nobody waits for in between.
   * When one of them fails, the transaction is rolled back and fails with that error.
   */
  beforeCommit(fn: () => Promise<unknown>): void
  /** Runs `fn` after the commit succeeded; never after a rollback. `fn` must not throw: it is too late to undo anything. */
  onCommit(fn: () => void): void
}

/** What TypeORM keeps private, and a runner over a connection that is already open needs. */
interface OpenRunner {
  databaseConnection: PoolClient
  isTransactionActive: boolean
  transactionDepth: number
  isReleased: boolean
}

export class ConnectionTx implements Tx {
  readonly #client: PoolClient
  readonly #source: DataSource
  readonly #span: Span
  readonly #statements: Statements
  readonly #last: Array<() => Promise<unknown>> = []
  readonly #hooks: Array<() => void> = []
  #runner: QueryRunner | undefined
  #over = false

  constructor(client: PoolClient, source: DataSource, span: Span, statements: Statements) {
    this.#statements = statements
    this.#client = client
    this.#source = source
    this.#span = span
  }

  async query<R>(sql: string, params?: unknown[]): Promise<R[]> {
    return (await this.#run(sql, params)).rows as R[]
  }

  async execute(sql: string, params?: unknown[]): Promise<number> {
    return (await this.#run(sql, params)).rowCount ?? 0
  }

  get manager(): EntityManager {
    this.#mustBeOpen()
    if (!this.#runner) {
      this.#runner = this.#source.createQueryRunner()
      Object.assign(this.#runner as unknown as OpenRunner, { databaseConnection: this.#client, isTransactionActive: true, transactionDepth: 1 })
    }
    return this.#runner.manager
  }

  beforeCommit(fn: () => Promise<unknown>): void {
    this.#mustBeOpen()
    this.#last.push(fn)
  }

  onCommit(fn: () => void): void {
    this.#mustBeOpen()
    this.#hooks.push(fn)
  }

  /** Sends what was kept for the end; from here on queries fail. */
  finish(): Promise<unknown> {
    const last = Promise.all(this.#last.map(fn => fn()))
    this.end()
    return last
  }

  /** From here on queries fail instead of running outside of any transaction. */
  end(): void {
    this.#over = true
    if (this.#runner) (this.#runner as unknown as OpenRunner).isReleased = true
  }

  committed(): void {
    for (const hook of this.#hooks) hook()
  }

  #run(sql: string, params?: unknown[]): Promise<QueryResult> {
    if (this.#over) return Promise.reject(new PersistenceError('PERSISTENCE_TRANSACTION_OVER'))
    if (!this.#span.isRecording()) return this.#statements.run(this.#client, sql, params)
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': sql }
    return withSpan('query', { kind: SpanKind.CLIENT, attributes }, () => this.#statements.run(this.#client, sql, params))
  }

  #mustBeOpen(): void {
    if (this.#over) throw new PersistenceError('PERSISTENCE_TRANSACTION_OVER')
  }
}
