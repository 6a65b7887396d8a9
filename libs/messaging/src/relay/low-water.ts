import { compareIds } from './compare-ids.ts'
import { type OutboxStore } from './outbox-store.ts'

/** The mark is moved only when it has fallen so many ids behind: walking over less costs nothing worth saving. */
const WORTH_IDS = 500n
const EVERY_MS = 1_000

/**
 * The id up to which no row of this process's shards waits in the table: looks begin there, so that they do not walk over
 * what was deleted and not yet vacuumed. Ids are given out in order but committed out of order: the mark may pass an id
 * only when every transaction that was writing when that id was the highest known has ended. No clock is asked for that.
 */
export class LowWater {
  readonly #store: OutboxStore
  readonly #everyMs: number
  #mark = '0'
  /** Not above this id, once its writers have ended. */
  #candidate: { id: string; writers: Set<string> } | undefined
  #askedAt = -Infinity

  constructor(store: OutboxStore, everyMs = EVERY_MS) {
    this.#store = store
    this.#everyMs = everyMs
  }

  get mark(): string {
    return this.#mark
  }

  /** Looks go over all rows again. */
  reset(): void {
    this.#mark = '0'
    this.#candidate = undefined
  }

  /**
   * Before a look: finds out whether it may move the mark, with one statement a second at most while there is traffic.
   * @param highest the highest id ever seen
   * @returns the id that the look's answer may move the mark to
   */
  async reachable(highest: string): Promise<string | undefined> {
    if (this.#candidate?.writers.size === 0) return this.#candidate.id
    if (BigInt(highest) - BigInt(this.#mark) < WORTH_IDS || performance.now() - this.#askedAt < this.#everyMs) return undefined
    this.#askedAt = performance.now()
    const candidate = this.#candidate
    const writers = await this.#store.writers()
    if (candidate === undefined) this.#candidate = { id: highest, writers }
    else if (candidate === this.#candidate) this.#candidate = { id: candidate.id, writers: new Set([...candidate.writers].filter(writer => writers.has(writer))) }
    return this.#candidate?.writers.size === 0 ? this.#candidate.id : undefined
  }

  /**
   * After a look that left no row of a topic or key out but blocked ones.
   * @param reachable what `reachable` gave before that look
   * @param lowest the lowest id still in the table as far as is known
   */
  move(reachable: string, lowest: string | undefined): void {
    if (this.#candidate?.id !== reachable) return
    this.#candidate = undefined
    const before = lowest === undefined ? reachable : String(BigInt(lowest) - 1n)
    const mark = compareIds(before, reachable) < 0 ? before : reachable
    if (compareIds(mark, this.#mark) > 0) this.#mark = mark
  }
}
