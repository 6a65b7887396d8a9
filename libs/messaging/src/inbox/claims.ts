import { type DueRow, type InboxStore } from './inbox-store.ts'

/** A row stays with its process for so long after that process's last sign of life. */
export const CLAIM_MS = 10_000

/** The claims of this process, kept up while their rows run. */
export class Claims {
  /** Who claims. */
  readonly owner: string
  readonly #inbox: InboxStore
  readonly #rows = new Set<DueRow>()
  #heartbeat: NodeJS.Timeout | undefined

  constructor(inbox: InboxStore, owner: string) {
    this.owner = owner
    this.#inbox = inbox
  }

  start(): void {
    this.#heartbeat = setInterval(() => void this.#extend(), CLAIM_MS / 4)
  }

  take(consumers: readonly string[], limit: number): Promise<DueRow[]> {
    return this.#inbox.claim(consumers, limit, this.owner, CLAIM_MS)
  }

  /** While `work` runs the row is kept. Not for work that holds the row's lock: that keeps it anyway. */
  async during(row: DueRow, work: () => Promise<void>): Promise<void> {
    this.#rows.add(row)
    try {
      await work()
    } finally {
      this.#rows.delete(row)
    }
  }

  /** At the graceful end: what did not finish in time is no suspect, another process goes on with it. */
  async stop(): Promise<void> {
    clearInterval(this.#heartbeat)
    if (this.#rows.size > 0) await this.#inbox.giveBack([...this.#rows], this.owner).catch(() => undefined)
  }

  async #extend(): Promise<void> {
    if (this.#rows.size > 0) await this.#inbox.extend([...this.#rows], this.owner, CLAIM_MS).catch(() => undefined)
  }
}
