import { type PoolClient, type QueryResult } from 'pg'
import { inOnePacket } from './packet.ts'

/** Texts beyond this are sent unnamed: whoever builds SQL at run time must not fill the server's memory with plans. */
const MAX_NAMES = 300

/**
 * Sends statements, each known text under a name of its own so that a connection plans it once: planning was up to half
 * of PostgreSQL's CPU a message. Names are an optimisation and can be switched off (ADR 0004).
 */
export class Statements {
  readonly #names = new Map<string, string>()
  readonly #prepare: boolean

  /** @param prepare false where a pooler in transaction mode knows no named statements (PgBouncer before 1.21) */
  constructor(prepare: boolean) {
    this.#prepare = prepare
  }

  run(client: PoolClient, sql: string, params?: unknown[]): Promise<QueryResult> {
    const name = params && this.#nameOf(sql)
    inOnePacket(client)
    return name ? client.query({ name, text: sql, values: params }) : client.query(sql, params)
  }

  #nameOf(sql: string): string | undefined {
    if (!this.#prepare) return undefined
    const known = this.#names.get(sql)
    if (known || this.#names.size >= MAX_NAMES) return known
    const name = `prep_${this.#names.size}`
    this.#names.set(sql, name)
    return name
  }
}
