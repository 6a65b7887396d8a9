import { Client } from 'pg'

const FRESH_MS = 500
const TIMEOUT_MS = 1_000
const AGAIN_WITHIN_MS = 200

/** Knows whether the database answers: from what was seen last, and on request over a connection kept for that alone. */
export class Pinger {
  readonly #url: string
  readonly #service: string
  #client: Client | undefined
  #reachable = true
  #seenAt = 0
  #running: Promise<boolean> | undefined
  #closed = false

  constructor(url: string, service: string) {
    this.#url = url
    this.#service = service
  }

  /** Tells what a use of the database showed. */
  note(reachable: boolean): void {
    this.#reachable = reachable
    this.#seenAt = reachable ? performance.now() : 0
  }

  reachable(): boolean {
    return this.#reachable
  }

  /** True at once when the database answered within the last half second. Never rejects. */
  ping(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false)
    if (this.#seenAt > 0 && performance.now() - this.#seenAt < FRESH_MS) return Promise.resolve(true)
    return (this.#running ??= this.#ask().finally(() => (this.#running = undefined)))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await this.#drop()
  }

  /** Twice, where the first failure comes quickly: a connection may be gone, ours or a pooler's, and the database there. */
  async #ask(): Promise<boolean> {
    const begunAt = performance.now()
    const answers = (await this.#answers()) || (performance.now() - begunAt < AGAIN_WITHIN_MS && (await this.#answers()))
    this.note(answers)
    return answers
  }

  async #answers(): Promise<boolean> {
    try {
      this.#client ??= await this.#open()
      await this.#client.query('select 1')
      return true
    } catch {
      await this.#drop()
      return false
    }
  }

  async #open(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: `${this.#service} health`,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    })
    client.on('error', () => void this.#drop())
    await client.connect()
    return client
  }

  async #drop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }
}
