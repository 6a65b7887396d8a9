import { allEnded, type Tx } from '@prep/persistence'
import { crashAroundCommit } from '../crash-point.ts'
import { rowKey } from '../inbox/row-key.ts'
import { type DeadDelivery, type Delivery } from './classify-entry.ts'
import { deliverSingly, isDatabaseAway, recordReused, storeSingly } from './deliver-singly.ts'
import { deliveryMetrics } from './delivery-metrics.ts'
import { type DeliveryParts, type Outcome } from './delivery-parts.ts'
import { type LaneEntry } from './lanes.ts'
import { type FailedDelivery, recordDead, recordFailures } from './record-failures.ts'
import { rowOf, type What } from './row-of.ts'
import { runDatabaseHandler } from './run-handler.ts'

/** After a batch was rolled back: keys of it that are run again at once. */
const KEYS_AT_ONCE = 4

/** Takes each entry's outcome. */
export type Report = (entry: LaneEntry, outcome: Outcome) => void

/** One batch of a lane: run at once, or only stored where a run may end the process. */
export async function deliverLane(parts: DeliveryParts, batch: readonly LaneEntry[], report: Report): Promise<void> {
  if (parts.caution.records || !parts.caution.begin()) return storeLane(parts, batch, report)
  try {
    await runLane(parts, batch, report)
  } finally {
    parts.caution.end()
  }
}

/**
 * In one transaction. An entry that fails takes the whole transaction back, and the entries are run again one by one; no
 * savepoints (slower, and a rollback would undo neighbours).
 */
async function runLane(parts: DeliveryParts, batch: readonly LaneEntry[], report: Report): Promise<void> {
  if (batch.some(entry => entry.kind === 'dead' && entry.ordered)) return deliverInOrder(parts, batch, report)
  const messages = await recordLetters(parts, batch, report)
  if (messages.length === 1 || messages.some(({ handler }) => parts.inbox.breakers.isOpen(handler.consumer))) await oneByOne(parts, messages, 'run', report)
  else if (messages.length > 1) await deliverTogether(parts, messages, 'run', report)
}

async function storeLane(parts: DeliveryParts, batch: readonly LaneEntry[], report: Report): Promise<void> {
  await deliverTogether(parts, await recordLetters(parts, batch, report), 'store', report)
}

/** What no handler may see. @returns the others */
async function recordLetters(parts: DeliveryParts, batch: readonly LaneEntry[], report: Report): Promise<Delivery[]> {
  const letters = batch.filter((entry): entry is DeadDelivery => entry.kind === 'dead')
  const outcomes = await recordDead(parts, letters)
  for (const [i, letter] of letters.entries()) report(letter, outcomes[i] as Outcome)
  return batch.filter(entry => entry.kind === 'message')
}

/** As if each had come alone. A letter of an ordered handler then holds back what comes after it, not what came before. */
async function deliverInOrder(parts: DeliveryParts, batch: readonly LaneEntry[], report: Report): Promise<void> {
  for (const entry of batch) {
    if (entry.kind === 'message') await oneByOne(parts, [entry], 'run', report)
    else await recordLetters(parts, [entry], report)
  }
}

async function deliverTogether(parts: DeliveryParts, entries: readonly Delivery[], what: What, report: Report): Promise<void> {
  const first = new Map<string, Delivery>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (!first.has(key)) first.set(key, entry)
  }
  const unique = [...first.values()]
  const outcomes = (await tryTogether(parts, unique, what)) ?? (await eachByItself(parts, unique, what))
  for (const entry of entries) {
    const twin = first.get(keyOf(entry)) as Delivery
    const outcome = outcomes.get(keyOf(entry)) ?? 'unavailable'
    if (outcome === 'unavailable' || (twin === entry && outcome !== 'reused')) report(entry, outcome)
    else if (outcome === 'reused' || twin.fingerprint !== entry.fingerprint) report(entry, await recordReused(parts, entry))
    else report(entry, 'duplicate')
  }
}

type TogetherOutcome = Outcome | 'reused'

/** All entries in one transaction; undefined when it was rolled back, or its commit is in doubt. */
async function tryTogether(parts: DeliveryParts, entries: readonly Delivery[], what: What): Promise<Map<string, TogetherOutcome> | undefined> {
  const rows = entries.map(entry => rowOf(entry, 1, what))
  try {
    return await parts.database.transaction(
      async tx => {
        const outcomes = new Map<string, TogetherOutcome>()
        const waiting = await parts.order.waiting(tx, entries, what)
        const inserted = await parts.inbox.insert(tx, waiting.size === 0 ? rows : rows.filter((_, i) => !waiting.has(entries[i] as Delivery)))
        for (const entry of waiting) if (await parts.order.park(tx, entry)) inserted.add(keyOf(entry))
        const reused = await parts.inbox.reused(tx, rows.filter(row => !inserted.has(rowKey(row.consumer, row.eventId))))
        const toRun: Delivery[] = []
        for (const [i, entry] of entries.entries()) {
          const key = keyOf(entry)
          const state = rows[i]?.state as Outcome
          if (!inserted.has(key)) outcomes.set(key, reused.has(key) ? 'reused' : 'duplicate')
          else if (waiting.has(entry)) outcomes.set(key, 'parked')
          else {
            if (state === 'handled') toRun.push(entry)
            outcomes.set(key, state)
          }
        }
        await runAll(tx, toRun)
        crashAroundCommit(tx, 'lane')
        return outcomes
      },
      { timeoutMs: parts.handlerTimeoutMs },
    )
  } catch (error) {
    if (await isDatabaseAway(parts.database, error)) return new Map()
    deliveryMetrics().laneReruns.inc()
    return undefined
  }
}

/**
 * Handlers run one after the other; then those that may run side by side, so that their statements share packets, by key: the
 * entries of one key always keep their order. Rejects when all have ended, with the first error in their order.
 */
async function runAll(tx: Tx, entries: readonly Delivery[]): Promise<void> {
  const ofKeys = byPartitionKey(entries)
  const [beside, inTurn] = [ofKeys.filter(mayRunBeside), ofKeys.filter(ofKey => !mayRunBeside(ofKey))]
  await runInTurn(tx, inTurn.flat())
  await allEnded(beside.map(ofKey => runInTurn(tx, ofKey)))
}

/** The entries of each key, in their order. */
function byPartitionKey(entries: readonly Delivery[]): Delivery[][] {
  return [...Map.groupBy(entries, ({ envelope }) => envelope.partitionkey).values()]
}

function mayRunBeside(ofKey: readonly Delivery[]): boolean {
  return ofKey.every(({ handler }) => handler.sideBySide === true)
}

async function runInTurn(tx: Tx, entries: readonly Delivery[]): Promise<void> {
  for (const { handler, envelope } of entries) await runDatabaseHandler(handler, envelope, tx, 1)
}

async function eachByItself(parts: DeliveryParts, entries: readonly Delivery[], what: What): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  await oneByOne(parts, entries, what, (entry, outcome) => outcomes.set(keyOf(entry as Delivery), outcome))
  return outcomes
}

/**
 * Each in transactions of its own: a few keys at once, the entries of a key one after the other. What fails is recorded
 * together at the end, but for ordered handlers, whose failures hold back what comes after them. Those that are not reported
 * are to be brought again.
 */
async function oneByOne(parts: DeliveryParts, entries: readonly Delivery[], what: What, report: Report): Promise<void> {
  const keys = byPartitionKey(entries)
  const failed: FailedDelivery[] = []
  const worker = async (): Promise<void> => {
    for (let ofKey = keys.shift(); ofKey; ofKey = keys.shift()) failed.push(...(await inOrder(parts, ofKey, what, report)))
  }
  await Promise.all(Array.from({ length: Math.min(KEYS_AT_ONCE, keys.length) }, worker))
  if (failed.length === 0) return
  const outcomes = await recordFailures(parts, failed)
  for (const [i, { entry }] of failed.entries()) report(entry, outcomes[i] as Outcome)
}

/** Entries of one key. @returns what failed and is not yet recorded */
async function inOrder(parts: DeliveryParts, entries: readonly Delivery[], what: What, report: Report): Promise<FailedDelivery[]> {
  const failed = new Map<string, FailedDelivery>()
  /** Ordered handlers of which something is to be brought again, and so all that comes after it. */
  const held = new Set<string>()
  const settle = (entry: Delivery, outcome: Outcome): void => {
    report(entry, outcome)
    if (outcome === 'unavailable' && entry.handler.ordered === true) held.add(entry.handler.consumer)
  }
  const record = async (): Promise<void> => {
    const outcomes = await recordFailures(parts, [...failed.values()])
    for (const [i, { entry }] of [...failed.values()].entries()) settle(entry, outcomes[i] as Outcome)
    failed.clear()
  }
  for (const entry of entries) {
    if (held.has(entry.handler.consumer)) continue
    const key = keyOf(entry)
    if (failed.has(key)) await record()
    const outcome = await (what === 'store' ? storeSingly(parts, entry) : deliverSingly(parts, entry))
    if (outcome === 'unavailable' && !parts.database.reachable()) break
    if (typeof outcome === 'string') settle(entry, outcome)
    else failed.set(key, outcome)
    if (entry.handler.ordered === true && failed.size > 0) await record()
  }
  return [...failed.values()]
}

function keyOf(entry: Delivery): string {
  return rowKey(entry.handler.consumer, entry.envelope.id.toLowerCase())
}
