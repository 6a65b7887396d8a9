import { logger } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { type Caution } from './caution.ts'

/** A sign of life every so often; while marks of others are in doubt they are looked at more often. */
const BEAT_MS = 2_000
const LOOK_MS = 500

/* `others` does not see the row that this statement inserts. */
const BEGIN = `
with others as (select owner, seen_at from process_mark),
mine as (insert into process_mark (owner) values ($1))
select owner, seen_at::text from others`

const BEAT = `
with beat as (insert into process_mark (owner) values ($1) on conflict (owner) do update set seen_at = clock_timestamp())
select owner, seen_at::text from process_mark where owner = any($2::text[])`

const END = 'delete from process_mark where owner = $1'
const FORGET = 'delete from process_mark m using unnest($1::text[], $2::timestamptz[]) as dead(owner, seen_at) where m.owner = dead.owner and m.seen_at = dead.seen_at'

interface Mark extends Record<string, unknown> {
  readonly owner: string
  readonly seen_at: string
}

/**
 * This process's mark in the database, there from its start until its graceful stop. Whoever starts and finds the mark of
 * another is careful: until that one gives a sign of life, because it is a replica, or ends; or for `cautionMs`, because it
 * is dead. Who came through that time, or ends in good order before, forgets the marks of the dead: the next one starts clean.
 */
export class ProcessMark {
  readonly #database: Database
  readonly #owner: string
  readonly #caution: Caution
  readonly #cautionMs: number
  readonly #onClear: () => void
  /** In doubt: when they were seen last, as this process found it at its start. */
  #others = new Map<string, string>()
  #careUntil = 0
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> = Promise.resolve()
  #ended = false

  constructor(database: Database, caution: Caution, options: { readonly owner: string; readonly cautionMs: number; readonly onClear: () => void }) {
    this.#database = database
    this.#caution = caution
    this.#owner = options.owner
    this.#cautionMs = options.cautionMs
    this.#onClear = options.onClear
  }

  /** @throws what the database throws */
  async begin(): Promise<void> {
    const others = await this.#database.query<Mark>(BEGIN, [this.#owner])
    this.#others = new Map(others.map(mark => [mark.owner, mark.seen_at]))
    this.#careUntil = performance.now() + this.#cautionMs
    if (this.#others.size > 0) this.#caution.record()
    this.#next()
  }

  /** The end is no crash. */
  async end(): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    await this.#beating
    // A second time where the connection was broken without anybody noticing.
    await this.#end().catch(() => this.#end().catch(() => undefined))
  }

  async #end(): Promise<void> {
    await this.#forget()
    await this.#database.execute(END, [this.#owner])
  }

  #next(): void {
    if (this.#ended) return
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat().catch((error: unknown) => logger().warn({ err: error }, 'A sign of life could not be written'))
      void this.#beating.then(() => this.#next())
    }, this.#others.size > 0 ? LOOK_MS : BEAT_MS)
  }

  async #beat(): Promise<void> {
    const marks = await this.#database.query<Mark>(BEAT, [this.#owner, [...this.#others.keys()]])
    if (this.#others.size === 0) return
    this.#others = new Map(marks.filter(mark => this.#others.get(mark.owner) === mark.seen_at).map(mark => [mark.owner, mark.seen_at]))
    if (this.#others.size > 0 && performance.now() < this.#careUntil) return
    await this.#forget()
    this.#caution.clear()
    this.#onClear()
  }

  /** A replica that lives after all has another time in its mark by now, or writes it anew. */
  async #forget(): Promise<void> {
    if (this.#others.size > 0) await this.#database.execute(FORGET, [[...this.#others.keys()], [...this.#others.values()]])
    this.#others.clear()
  }
}
