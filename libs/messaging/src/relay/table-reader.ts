import { logger } from '@prep/observability'
import { type LeaseKeeper } from './lease-keeper.ts'
import { LowWater } from './low-water.ts'
import { type OutboxStore } from './outbox-store.ts'
import { type RelayMemory } from './relay-memory.ts'
import { BULK_ROWS } from './topic-queue.ts'

/** How soon a blocked row that an operator let go is seen. */
const BLOCKED_REFRESH_MS = 1_000
/** A look reads at most so much, as far as the size of rows can be guessed. */
const LOOK_BYTES = 8 * 1024 * 1024
/** Where a look must walk over rows that it leaves out (a topic that is away, keys that are blocked), pauses grow with it. */
const PAUSE_FACTOR = 10
const LONGEST_PAUSE_MS = 5_000
/** So many deleted rows are vacuumed at once: autovacuum looks once a minute, and until then the table would grow by all that was sent. */
const VACUUM_ROWS = 20_000

export interface TableReaderOptions {
  readonly store: OutboxStore
  readonly leases: LeaseKeeper
  readonly memory: RelayMemory
  readonly pollMs: number
  /** Told after each look: there may be something to send, or a lease again to send it under. */
  readonly onLook: () => void
}

/** Reads the outbox for all shards of this process, one look at a time: when asked to, and by a poll. */
export class TableReader {
  readonly #options: TableReaderOptions
  readonly #lowWater: LowWater
  #blockedReadAt = -Infinity
  #largest = 1
  #isWanted = false
  #mayBeMore = false
  #fullTopics: ReadonlySet<string> = new Set()
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #pauseMs: number
  #failures = 0
  #deleted = 0
  #vacuuming: Promise<void> | undefined
  #started = false

  constructor(options: TableReaderOptions) {
    this.#options = options
    this.#pauseMs = options.pollMs
    this.#lowWater = new LowWater(options.store)
  }

  get lowWater(): string {
    return this.#lowWater.mark
  }

  /** Whether the last look left rows in the table for want of room. */
  get mayBeMore(): boolean {
    return this.#mayBeMore || this.#fullTopics.size > 0
  }

  start(): void {
    this.#started = true
    this.lookSoon()
  }

  /** Looks at once, or again at once after the look that is on. */
  lookSoon(): void {
    if (!this.#started) return
    this.#isWanted = true
    if (this.#looking) return
    clearTimeout(this.#timer)
    this.#looking = this.#lookWhileWanted().finally(() => {
      this.#looking = undefined
      if (this.#started) this.#timer = setTimeout(() => this.lookSoon(), this.#pauseMs)
    })
  }

  /** Looks if a topic that was full has room again. */
  lookIfRoom(): void {
    for (const topic of this.#fullTopics) if (!this.#options.memory.isFull(topic)) return this.lookSoon()
  }

  /** One whole look, begun after this call. */
  async look(): Promise<void> {
    this.lookSoon()
    await this.#looking
  }

  /** The shards have changed: nothing is known of the new ones. */
  restart(): void {
    this.#blockedReadAt = -Infinity
    this.#lowWater.reset()
    this.lookSoon()
  }

  async stop(): Promise<void> {
    this.#started = false
    clearTimeout(this.#timer)
    await this.#looking
    await this.#vacuuming
  }

  async #lookWhileWanted(): Promise<void> {
    try {
      while (this.#isWanted && this.#started) {
        this.#isWanted = false
        await this.#lookOnce()
      }
      this.#failures = 0
    } catch (error) {
      if (this.#failures++ === 0) logger().warn({ err: error }, 'The relay cannot read its outbox; it goes on trying')
    }
  }

  async #lookOnce(): Promise<void> {
    const { store, leases, memory, onLook } = this.#options
    const held = leases.held
    if (held.length === 0) return
    await this.#refreshBlocked(held.map(lease => lease.shard))
    const reachable = await this.#lowWater.reachable(memory.highest)
    const { generation, sentIds, knownIds, fullTopics, blocked } = memory
    const limit = Math.max(8, Math.min(BULK_ROWS, Math.floor(LOOK_BYTES / this.#largest)))
    const startedAt = performance.now()
    const rows = await store.look({ leases: held, sentIds, knownIds, lowWater: this.#lowWater.mark, fullTopics, blocked: [...blocked], limit })
    this.#pauseMs = this.#pauseAfter(performance.now() - startedAt, fullTopics.length + blocked.size > 0)
    memory.forgetSent(sentIds)
    this.#tidy(sentIds.length)
    this.#fullTopics = new Set(fullTopics)
    if (memory.generation !== generation) {
      // Found under leases or blocked keys that have changed meanwhile: it proves nothing.
      this.#isWanted = true
      return
    }
    for (const row of rows) this.#largest = Math.max(this.#largest, row.size)
    memory.add(rows)
    if (reachable !== undefined && fullTopics.length === 0) this.#lowWater.move(reachable, memory.lowest)
    this.#mayBeMore = rows.length === limit
    if (this.#mayBeMore) this.#isWanted = true
    onLook()
  }

  #tidy(deleted: number): void {
    this.#deleted += deleted
    if (this.#deleted < VACUUM_ROWS || this.#vacuuming) return
    this.#deleted = 0
    this.#vacuuming = this.#options.store
      .vacuum()
      .catch((error: unknown) => logger().warn({ err: error }, 'The relay cannot vacuum its outbox; autovacuum will'))
      .finally(() => (this.#vacuuming = undefined))
  }

  async #refreshBlocked(shards: readonly number[]): Promise<void> {
    const { store, memory } = this.#options
    const isKnown = this.#blockedReadAt !== -Infinity
    if (isKnown && (memory.blocked.size === 0 || performance.now() - this.#blockedReadAt < BLOCKED_REFRESH_MS)) return
    const { generation } = memory
    const lanes = await store.blocked(shards)
    if (memory.generation !== generation) return
    this.#blockedReadAt = performance.now()
    // Rows of a key that is no longer blocked stand below the mark.
    if (memory.setBlocked(lanes)) this.#lowWater.reset()
  }

  #pauseAfter(tookMs: number, leavesOut: boolean): number {
    const { pollMs } = this.#options
    return leavesOut ? Math.min(LONGEST_PAUSE_MS, Math.max(pollMs, tookMs * PAUSE_FACTOR)) : pollMs
  }
}
