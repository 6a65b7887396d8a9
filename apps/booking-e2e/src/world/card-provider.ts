/** What became of the money of one payment, as the card provider itself tells it. */
export interface LedgerLine {
  intent: string, status: string, bookingId: string | null, currency: string
  authorizedMinor: number, capturedMinor: number, refundedMinor: number
}

/** The sandbox's side that the real provider does not show: its books, and faults on demand. */
export class CardProvider {
  readonly #url: string
  constructor(url: string) { this.#url = url }

  async ledger(): Promise<LedgerLine[]> {
    const answer = await fetch(new URL('/_sandbox/ledger', this.#url))
    return await answer.json() as LedgerLine[]
  }

  async ledgerOf(bookingId: string): Promise<LedgerLine[]> {
    return (await this.ledger()).filter((line) => line.bookingId === bookingId)
  }

  /** Breaks the next `times` calls: `drop` cuts before any work is done, `lose-answer` after it. */
  async breakCalls(kind: 'drop' | 'lose-answer', times: number): Promise<void> {
    await fetch(new URL('/_sandbox/faults', this.#url), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ kind, times }]),
    })
  }
}
