import { hashOf } from '../outbox/shard-of.ts'
import { type DeadDelivery, type Delivery } from './classify-entry.ts'
import { type Outcome } from './delivery-parts.ts'
import { Rest } from './rest.ts'

export type LaneEntry = Delivery | DeadDelivery

/** At most so many entries share a transaction. */
export const LANE_ENTRIES = 50

/** Runs entries of one lane in order and reports each; those it does not report are to be brought again. Never rejects. */
export type RunLane = (entries: readonly LaneEntry[], report: (entry: LaneEntry, outcome: Outcome) => void) => Promise<void>

/**
 * Gathers what arrives while earlier entries are at work, from any topic and partition, and runs it together. Who comes alone
 * is not held up; where messages of several keys come close together, a lane rests between its batches so that they grow. A key
 * always has the same lane, so its entries run in the order in which they were delivered, and two lanes seldom want the same row.
 */
export class Lanes {
  readonly #lanes: Lane[]

  /** @param restMs from the beginning of one batch to that of the next at least, as long as resting makes batches larger; 0: never */
  constructor(count: number, restMs: number, run: RunLane) {
    this.#lanes = Array.from({ length: count }, () => new Lane(new Rest(restMs), run))
  }

  /** What became of the entry. Never rejects. */
  submit(entry: LaneEntry): Promise<Outcome> {
    return (this.#lanes[hashOf(keyOf(entry)) % this.#lanes.length] as Lane).submit(entry)
  }
}

class Lane {
  readonly #run: RunLane
  readonly #rest: Rest
  #waiting: Array<{ entry: LaneEntry; settle: (outcome: Outcome) => void }> = []
  #working = false

  constructor(rest: Rest, run: RunLane) {
    this.#rest = rest
    this.#run = run
  }

  submit(entry: LaneEntry): Promise<Outcome> {
    return new Promise(settle => {
      this.#waiting.push({ entry, settle })
      this.#rest.arrived()
      if (this.#working) return
      this.#working = true
      this.#next()
    })
  }

  #next(): void {
    const { entry } = this.#waiting[0] as { entry: LaneEntry }
    const restMs = this.#rest.before(keyOf(entry))
    if (restMs > 0) setTimeout(() => void this.#work(), restMs)
    // What arrives in the same turn of the event loop, over other connections, comes along.
    else setImmediate(() => void this.#work())
  }

  async #work(): Promise<void> {
    const batch = this.#waiting.splice(0, LANE_ENTRIES)
    this.#rest.begins(batch.map(({ entry }) => keyOf(entry)))
    const outcomes = new Map<LaneEntry, Outcome>()
    await this.#run(batch.map(({ entry }) => entry), (entry, outcome) => outcomes.set(entry, outcome))
    for (const { entry, settle } of batch) settle(outcomes.get(entry) ?? 'unavailable')
    if (this.#waiting.length > 0) this.#next()
    else this.#working = false
  }
}

export function keyOf(entry: LaneEntry): string {
  return entry.kind === 'message' ? entry.envelope.partitionkey : entry.partitionKey
}
