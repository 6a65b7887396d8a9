import { DeadLetterRecordedV1 } from '@prep/contracts'
import { counter, logger } from '@prep/observability'
import { type Database, type Tx } from '@prep/persistence'
import { type Outbox } from '../outbox/outbox.ts'
import { type DeadLetter } from './dead-letter.ts'

/** Letters of one group that are told one by one within a second; of more only the number is told. */
export const SINGLE_A_SECOND = 50
const SECOND_MS = 1_000
const MAX_TEXT = 200

/** What happened to one group within the current second. */
interface Second {
  letters: number
  /** Told as one number from now until a second with fewer letters has passed. */
  flooding: boolean
  untold: number
  last: DeadLetter
  firstAt: Date
  lastAt: Date
}

/**
 * Tells of dead letters by `deadletter.recorded.v1`: one by one in the transaction that records them, or as one number a
 * second while a group floods. The number is kept in memory: a crash loses the last second's, never a letter.
 */
export class Announcer {
  readonly #database: Database
  readonly #outbox: Outbox
  readonly #groups = new Map<string, Second>()
  #timer: NodeJS.Timeout | undefined
  #telling: Promise<void> = Promise.resolve()

  constructor(database: Database, outbox: Outbox) {
    unannouncedCounter()
    this.#database = database
    this.#outbox = outbox
  }

  /** Whether this letter is to be told by itself, with `announce`. Else it is counted, once it is recorded, with `count`. */
  isSingle(letter: DeadLetter): boolean {
    const group = this.#groups.get(letter.group) ?? this.#open(letter)
    group.letters++
    if (group.letters > SINGLE_A_SECOND) group.flooding = true
    return !group.flooding
  }

  /** These were not recorded: they may come again. */
  forget(letters: readonly DeadLetter[]): void {
    for (const { group } of letters) {
      const second = this.#groups.get(group)
      if (second && second.letters > 0) second.letters--
    }
  }

  count(letter: DeadLetter): void {
    if (isOwnEcho(letter)) return
    const group = this.#groups.get(letter.group) ?? this.#open(letter)
    group.lastAt = new Date()
    if (group.untold++ === 0) group.firstAt = group.lastAt
    group.last = letter
  }

  /** @throws what the outbox throws; the caller then records the letter without telling */
  async announce(tx: Tx, letter: DeadLetter): Promise<void> {
    if (isOwnEcho(letter)) return
    const at = new Date().toISOString()
    const { eventId, attempts, group, correlationId } = letter
    const data = { ...causeOf(letter), count: 1, eventId, eventType: letter.eventType.slice(0, 512), attempts, firstAt: at, lastAt: at }
    await this.#outbox.publish(tx, DeadLetterRecordedV1, { subject: group, causationId: eventId, data, ...(correlationId !== undefined && { correlationId }) })
  }

  /** Tells what was only counted so far. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#telling
    await this.#tell()
    clearTimeout(this.#timer)
  }

  #open(letter: DeadLetter): Second {
    const now = new Date()
    const second = { letters: 0, flooding: false, untold: 0, last: letter, firstAt: now, lastAt: now }
    this.#groups.set(letter.group, second)
    this.#timer ??= setTimeout(() => this.#tick(), SECOND_MS)
    return second
  }

  #tick(): void {
    this.#timer = undefined
    this.#telling = this.#tell()
  }

  /** One second is over. Groups that still flood stay; what cannot be told now is told with the next second's. */
  async #tell(): Promise<void> {
    const told: Promise<void>[] = []
    for (const [group, second] of this.#groups) {
      second.flooding = second.letters > SINGLE_A_SECOND
      second.letters = 0
      if (second.untold > 0) told.push(this.#tellMany(second))
      else if (!second.flooding) this.#groups.delete(group)
    }
    if (this.#groups.size > 0) this.#timer ??= setTimeout(() => this.#tick(), SECOND_MS)
    await Promise.all(told)
  }

  async #tellMany(second: Second): Promise<void> {
    const { untold: count, last, firstAt, lastAt } = second
    second.untold = 0
    try {
      const times = { firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() }
      const data = { ...causeOf(last), count, eventId: null, eventType: null, attempts: null, ...times }
      await this.#database.transaction(tx => this.#outbox.publish(tx, DeadLetterRecordedV1, { subject: last.group, data }))
    } catch (error) {
      second.untold += count
      second.firstAt = firstAt
      unannounced(error, last)
    }
  }
}

const unannouncedCounter = () => counter('prep_messaging_letters_unannounced_total', 'Announcements of dead letters that could not be published')

/** An announcement that did not get into the outbox. The letter, or the number, is kept. */
export function unannounced(error: unknown, letter: DeadLetter): void {
  unannouncedCounter().inc()
  logger().warn({ err: error, consumer: letter.consumer, message_id: letter.eventId }, 'A dead letter could not be announced')
}

/** Announcing a letter that was an announcement would feed a broken listener with its own failures. */
function isOwnEcho(letter: DeadLetter): boolean {
  return letter.eventType === DeadLetterRecordedV1.type
}

function causeOf(letter: DeadLetter) {
  const { consumer, group, code, errorClass } = letter
  return { consumer: consumer.slice(0, MAX_TEXT), group, code: code.slice(0, MAX_TEXT), errorClass: errorClass.slice(0, MAX_TEXT) || 'Error' }
}
