import { hashOf } from '../outbox/shard-of.ts'
import { type DeadDelivery, type Delivery } from './classify-entry.ts'
import { type Outcome } from './delivery-parts.ts'

export type LaneEntry = Delivery | DeadDelivery

/** At most so many entries share a transaction. */
export const LANE_ENTRIES = 50

/** Runs entries of one lane in order and reports each; those it does not report are to be brought again. Never rejects. */
export type RunLane = (entries: readonly LaneEntry[], report: (entry: LaneEntry, outcome: Outcome) => void) => Promise<void>

/**
 * Gathers what arrives while earlier entries are at work, from any topic and partition, and runs it together: alone when
 * little happens, in batches as the load grows, without ever waiting for a batch to fill. A key always has the same lane,
 * so its entries run in the order in which they were delivered, and two lanes seldom want the same row.
 */
export class Lanes {
  readonly #lanes: Lane[]

  constructor(count: number, run: RunLane) {
    this.#lanes = Array.from({ length: count }, () => new Lane(run))
  }

  /** What became of the entry. Never rejects. */
  submit(entry: LaneEntry): Promise<Outcome> {
    return (this.#lanes[hashOf(keyOf(entry)) % this.#lanes.length] as Lane).submit(entry)
  }
}

class Lane {
  readonly #run: RunLane
  #waiting: Array<{ entry: LaneEntry; settle: (outcome: Outcome) => void }> = []
  #working = false

  constructor(run: RunLane) {
    this.#run = run
  }

  submit(entry: LaneEntry): Promise<Outcome> {
    return new Promise(settle => {
      this.#waiting.push({ entry, settle })
      if (this.#working) return
      this.#working = true
      // What arrives in the same turn of the event loop, over other connections, comes along.
      setImmediate(() => void this.#work())
    })
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LANE_ENTRIES)
      const outcomes = new Map<LaneEntry, Outcome>()
      await this.#run(batch.map(({ entry }) => entry), (entry, outcome) => outcomes.set(entry, outcome))
      for (const { entry, settle } of batch) settle(outcomes.get(entry) ?? 'unavailable')
    }
    this.#working = false
  }
}

export function keyOf(entry: LaneEntry): string {
  return entry.kind === 'message' ? entry.envelope.partitionkey : entry.partitionKey
}
