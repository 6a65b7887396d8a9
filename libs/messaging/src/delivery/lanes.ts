import { hashOf } from '../outbox/shard-of.ts'
import { type DeadDelivery, type Delivery } from './classify-entry.ts'

export type LaneEntry = Delivery | DeadDelivery

/** At most so many entries share a transaction. */
export const LANE_ENTRIES = 50
/** A lane is worth its commit from about here. */
const ENTRIES_WORTH_A_LANE = 10

/**
 * Spreads a batch over lanes by key, so that each key stays in order within its lane. Small batches take few lanes: a
 * commit costs more than the order it would save. Each lane is a list of transactions to run one after the other.
 */
export function lanesOf(entries: readonly LaneEntry[], maxLanes: number): LaneEntry[][][] {
  const count = Math.max(1, Math.min(maxLanes, Math.ceil(entries.length / ENTRIES_WORTH_A_LANE)))
  const lanes: LaneEntry[][] = Array.from({ length: count }, () => [])
  for (const entry of entries) lanes[count === 1 ? 0 : hashOf(keyOf(entry)) % count]?.push(entry)
  return lanes.filter(lane => lane.length > 0).map(chunksOf)
}

export function keyOf(entry: LaneEntry): string {
  return entry.kind === 'message' ? entry.envelope.partitionkey : entry.partitionKey
}

function chunksOf(lane: LaneEntry[]): LaneEntry[][] {
  const chunks: LaneEntry[][] = []
  for (let i = 0; i < lane.length; i += LANE_ENTRIES) chunks.push(lane.slice(i, i + LANE_ENTRIES))
  return chunks
}
