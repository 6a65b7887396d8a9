import { type Contract, topicFor } from '@prep/contracts'
import { SpanKind, withSpan } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { componentOf } from '../component-of.ts'
import { type Envelope, MAX_EVENT_BYTES } from '../envelope.ts'
import { MessagingError } from '../errors.ts'
import { buildEnvelope } from './build-envelope.ts'
import { type HandedRow, type Handover, noHandover, type OutboxRow, type Ticket } from './handover.ts'
import { type OutgoingMessage } from './outgoing-message.ts'
import { shardOf } from './shard-of.ts'
import { mayPublish } from './without-publishing.ts'

/** A row of the outbox before it is written. */
interface NewRow extends Omit<OutboxRow, 'id'> {
  readonly eventId: string
}

const INSERT = 'insert into outbox (event_id, component, topic, key, shard, payload, size)'
const INSERT_ONE = `${INSERT} values ($1::uuid, $2, $3, $4, $5::smallint, $6, $7::integer)`
const INSERT_MANY = `${INSERT} select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::integer[])`
/*
 * The statement sees what others have committed by now, and whoever writes of an aggregate holds its lock: so this is the
 * row before, if one is left. `id + 0` is in the index outbox_before, and keeps the planner from walking the primary key.
 */
const BEFORE = `
returning id, (${rowBefore('outbox.key', 'outbox.topic', '$8')}) as before`

/** The newest row of a topic and key above a mark. */
export function rowBefore(key: string, topic: string, mark: string): string {
  return `select o.id from outbox o where o.key = ${key} and o.topic = ${topic} and o.id + 0 > ${mark}::bigint order by o.id + 0 desc limit 1`
}

/** Puts messages into the transaction that makes them true; they leave after its commit. */
export class Outbox {
  readonly #service: string
  readonly #handover: Handover
  readonly #kept = new WeakMap<Tx, NewRow[]>()

  /** @param handover gets the rows after each commit */
  constructor(service: string, handover: Handover = noHandover) {
    this.#service = service
    this.#handover = handover
  }

  /**
   * @returns the new message's id (UUIDv7)
   * @throws MessagingError MSG_CONTRACT_UNKNOWN, MSG_CONTRACT_VIOLATED, MSG_ENVELOPE_INVALID or MSG_TOO_LARGE, before anything is stored; the row itself is written with the commit
   */
  async publish<T>(tx: Tx, contract: Contract<T>, message: OutgoingMessage<T>): Promise<string> {
    return (await this.publishAll(tx, [[contract, message]]))[0] as string
  }

  /** As `publish`, for many in one statement; they leave in this order. All that a transaction publishes is one statement. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each pair has its own data type
  async publishAll(tx: Tx, messages: Array<[Contract<any>, OutgoingMessage<any>]>): Promise<string[]> {
    const first = messages[0]
    if (!first) return []
    const name = messages.length === 1 ? `publish ${first[0].type}` : 'publish batch'
    return withSpan(name, { kind: SpanKind.PRODUCER, attributes: attributesOf(first[0].topic, messages.length) }, async () => {
      const rows = messages.map(([contract, message]) => this.#rowOf(contract, message))
      if (mayPublish()) this.#keep(tx, rows)
      return rows.map(row => row.eventId)
    })
  }

  /** All rows of a transaction are written together and leave with its commit: they cost no round trip. */
  #keep(tx: Tx, rows: NewRow[]): void {
    const kept = this.#kept.get(tx)
    if (kept) {
      kept.push(...rows)
      return
    }
    this.#kept.set(tx, rows)
    let leave = (): void => this.#handover.wake(topicsOf(rows))
    tx.beforeCommit(async () => {
      const ticket = this.#handover.ticket(topicsOf(rows))
      const handed = await insert(tx, rows, ticket)
      if (ticket) leave = () => this.#handover.hand(handed, ticket)
    })
    tx.onCommit(() => leave())
  }

  #rowOf<T>(contract: Contract<T>, message: OutgoingMessage<T>): NewRow {
    const envelope: Envelope<T> = buildEnvelope(this.#service, contract, message)
    const payload = JSON.stringify(envelope)
    const size = Buffer.byteLength(payload)
    if (size > MAX_EVENT_BYTES) throw new MessagingError('MSG_TOO_LARGE', { detail: `${contract.type}: ${size} bytes` })
    const key = envelope.partitionkey
    const topic = topicFor(contract, message.to ?? this.#service)
    return { eventId: envelope.id, component: componentOf(topic), topic, key, shard: shardOf(key), payload, size, attempts: 0 }
  }
}

/** @returns the rows with those before them; none without a ticket */
async function insert(tx: Tx, rows: readonly NewRow[], ticket: Ticket | undefined): Promise<HandedRow[]> {
  const statement = rows.length === 1 ? INSERT_ONE : INSERT_MANY
  if (!ticket) {
    await tx.execute(statement, valuesOf(rows))
    return []
  }
  const stored = await tx.query<{ id: string; before: string | null }>(statement + BEFORE, [...valuesOf(rows), ticket.lowWater])
  return stored.map(({ id, before }, i) => ({ row: Object.assign(rows[i] as NewRow, { id }), before }))
}

function topicsOf(rows: readonly NewRow[]): string[] {
  return [...new Set(rows.map(row => row.topic))]
}

function valuesOf(rows: readonly NewRow[]): unknown[] {
  const [only] = rows
  if (only && rows.length === 1) return [only.eventId, only.component, only.topic, only.key, only.shard, only.payload, only.size]
  const column = <K extends keyof NewRow>(name: K): Array<NewRow[K]> => rows.map(row => row[name])
  return [column('eventId'), column('component'), column('topic'), column('key'), column('shard'), column('payload'), column('size')]
}

function attributesOf(topic: string, count: number): Record<string, string | number> {
  return {
    'messaging.system': 'dapr',
    'messaging.operation.type': 'create',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': topic,
    ...(count > 1 && { 'messaging.batch.message_count': count }),
  }
}
