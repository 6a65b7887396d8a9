import { type Handler } from '../delivery/handler.ts'
import { CLAIM_MS } from '../inbox/claims.ts'
import { type SuspectRow } from '../inbox/inbox-store.ts'
import { recordFailure } from '../inbox/row-outcome.ts'
import { type ClaimedParts, runClaimed } from '../inbox/run-claimed.ts'
import { MessagingError } from '../errors.ts'
import { crashFailure } from './crash-failure.ts'
import { noteCrash, type Suspects } from './suspects.ts'

/** Rows of the inbox that another process claimed and did not end. After so many crashes a row is a dead letter. */
export class InboxSuspects implements Suspects {
  readonly #parts: ClaimedParts
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #crashLimit: number

  /** @param handlers by consumer */
  constructor(parts: ClaimedParts, handlers: ReadonlyMap<string, Handler>, crashLimit: number) {
    this.#parts = parts
    this.#handlers = handlers
    this.#crashLimit = crashLimit
  }

  areThere(): Promise<boolean> {
    return this.#parts.inbox.hasSuspects([...this.#handlers.keys()], this.#parts.claims.owner)
  }

  async runOne(): Promise<boolean> {
    const row = await this.#parts.inbox.takeOver([...this.#handlers.keys()], this.#parts.claims.owner, CLAIM_MS, this.#crashLimit)
    if (!row) return false
    noteCrash(row.consumer, row.event_id, row.crashes)
    const handler = this.#handlers.get(row.consumer) as Handler
    if (row.crashes >= this.#crashLimit) await this.#giveUp(row, handler)
    else await runClaimed(this.#parts, handler, row)
    return true
  }

  async #giveUp(row: SuspectRow, handler: Handler): Promise<void> {
    await recordFailure(this.#parts.inbox, { ...row, ordered: handler.ordered === true }, {
      // The run that its claim counted will not take place.
      attempts: row.attempts - 1,
      failure: crashFailure,
      error: new MessagingError('MSG_CONSUMER_CRASHED'),
      delayMs: null,
    })
  }
}
