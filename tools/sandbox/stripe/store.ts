import { Journal, type JournalEntry } from './journal.ts'
import type { ChargeRecord, IntentRecord, KeyRecord, RefundRecord } from './records.ts'

const DAY_SECONDS = 24 * 3600

export interface StoreLimits {
  readonly intents: number
  readonly keys: number
}

/**
 * All records of one sandbox, in memory; with a journal they outlive the process.
 * Bounded: beyond its limits it forgets the oldest finished intents and the oldest keys.
 */
export class Store {
  readonly intents = new Map<string, IntentRecord>()
  readonly charges = new Map<string, ChargeRecord>()
  readonly refunds = new Map<string, RefundRecord>()
  readonly keys = new Map<string, KeyRecord>()
  readonly #limits: StoreLimits
  readonly #journal: Journal | null
  readonly #refundIds = new Map<string, string[]>()
  #sequence = 0

  constructor(limits: StoreLimits, journalPath: string | null) {
    this.#limits = limits
    this.#journal = journalPath === null ? null : Journal.open(journalPath, (entry) => this.#apply(entry), () => this.#live())
  }

  nextSequence(): number {
    this.#sequence += 1
    return this.#sequence
  }

  /** Remembers everything one request changed in a single journal line: all of it survives or none. */
  commit(change: JournalEntry): void {
    this.#apply(change)
    this.#journal?.append(change)
    this.#forget()
  }

  charge(id: string | null): ChargeRecord | null {
    return id === null ? null : (this.charges.get(id) ?? null)
  }

  refundsOf(intent: string): RefundRecord[] {
    const ids = this.#refundIds.get(intent) ?? []
    return ids.map((id) => this.refunds.get(id)).filter((refund) => refund !== undefined)
  }

  /** A key's record for 24 hours, as at Stripe; then the key is new again. */
  key(name: string, nowSeconds: number): KeyRecord | undefined {
    const record = this.keys.get(name)
    if (record !== undefined && record.created + DAY_SECONDS > nowSeconds) return record
    this.keys.delete(name)
    return undefined
  }

  close(): void {
    this.#journal?.close()
  }

  #apply(entry: JournalEntry): void {
    if (entry.intent) this.intents.set(entry.intent.id, entry.intent)
    if (entry.charge) this.charges.set(entry.charge.id, entry.charge)
    if (entry.refund) this.#applyRefund(entry.refund)
    if (entry.key) this.keys.set(entry.key.key, entry.key)
    this.#sequence = Math.max(this.#sequence, entry.intent?.sequence ?? 0, entry.refund?.sequence ?? 0)
  }

  #applyRefund(refund: RefundRecord): void {
    if (!this.refunds.has(refund.id)) {
      this.#refundIds.set(refund.intent, [...(this.#refundIds.get(refund.intent) ?? []), refund.id])
    }
    this.refunds.set(refund.id, refund)
  }

  #forget(): void {
    for (const key of this.keys.keys()) {
      if (this.keys.size <= this.#limits.keys) break
      this.keys.delete(key)
    }
    if (this.intents.size <= this.#limits.intents) return
    for (const intent of this.intents.values()) {
      if (intent.status === 'requires_capture') continue
      this.intents.delete(intent.id)
      for (const refund of this.refundsOf(intent.id)) this.refunds.delete(refund.id)
      this.#refundIds.delete(intent.id)
      if (intent.latestCharge !== null) this.charges.delete(intent.latestCharge)
      if (this.intents.size <= this.#limits.intents * 0.95) break
    }
  }

  *#live(): Iterable<JournalEntry> {
    const dayAgo = Math.floor(Date.now() / 1000) - DAY_SECONDS
    for (const intent of this.intents.values()) {
      const charge = this.charge(intent.latestCharge)
      yield charge === null ? { intent } : { intent, charge }
    }
    for (const refund of this.refunds.values()) yield { refund }
    for (const key of this.keys.values()) if (key.created > dayAgo) yield { key }
  }
}
