import type { EntityManager } from 'typeorm'
import { type PoolClient, type QueryResult } from 'pg'
import { type Span, SpanKind, withSpan } from '@prep/observability'
import { PersistenceError } from './errors.ts'
import { sqlStateOf } from './error-classes.ts'
import { type Orm } from './orm.ts'
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
  /**
   * Sends a statement whose result nobody needs, and which nobody waits for; what is sent after it runs after it. When it
   * fails, the transaction fails with its error.
   */
  send(sql: string, params?: unknown[]): void
  /** TypeORM on the same connection and transaction; loaded when first asked for. */
  manager(): Promise<EntityManager>
  /**
   * Runs `fn` when the work is done; its statements leave in one packet with the commit, which nobody waits for in between.
   * When one of them fails, the transaction is rolled back and fails with that error.
   */
  beforeCommit(fn: () => Promise<unknown>): void
  /** Runs `fn` after the commit succeeded; never after a rollback. `fn` must not throw: it is too late to undo anything. */
  onCommit(fn: () => void): void
}

/** SQLSTATE of what comes after a failed statement of the transaction. */
const ALREADY_FAILED = '25P02'

export class ConnectionTx implements Tx {
  readonly #client: PoolClient
  readonly #orm: Orm
  readonly #span: Span
  readonly #statements: Statements
  readonly #last: Array<() => Promise<unknown>> = []
  readonly #hooks: Array<() => void> = []
  readonly #sent: Array<Promise<unknown>> = []
  #sentError: unknown
  #managed: ReturnType<Orm['on']> | undefined
  #over = false

  constructor(client: PoolClient, orm: Orm, span: Span, statements: Statements) {
    this.#statements = statements
    this.#client = client
    this.#orm = orm
    this.#span = span
  }

  async query<R>(sql: string, params?: unknown[]): Promise<R[]> {
    return (await this.#run(sql, params)).rows as R[]
  }

  async execute(sql: string, params?: unknown[]): Promise<number> {
    return (await this.#run(sql, params)).rowCount ?? 0
  }

  send(sql: string, params?: unknown[]): void {
    this.#mustBeOpen()
    const sent = this.#run(sql, params)
    sent.catch((error: unknown) => (this.#sentError ??= error))
    this.#sent.push(sent)
  }

  async manager(): Promise<EntityManager> {
    this.#mustBeOpen()
    return (await (this.#managed ??= this.#orm.on(this.#client))).manager
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
    const last = Promise.all([...this.#sent, ...this.#last.map(fn => fn())])
    this.end()
    return last
  }

  /** From here on queries fail instead of running outside of any transaction. */
  end(): void {
    this.#over = true
    void this.#managed?.then(({ end }) => end(), () => undefined)
  }

  /** Why the transaction failed: a statement that nobody waited for may be the cause of what `error` complains about. */
  causeOf(error: unknown): unknown {
    return sqlStateOf(error) === ALREADY_FAILED ? (this.#sentError ?? error) : error
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
