import { type Contract, topicFor } from '@prep/contracts'
import { SpanKind, withSpan } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { componentOf } from '../component-of.ts'
import { type Envelope } from '../envelope.ts'
import { MessagingError } from '../errors.ts'
import { buildEnvelope, MAX_EVENT_BYTES } from './build-envelope.ts'
import { type OutgoingMessage } from './outgoing-message.ts'
import { shardOf } from './shard-of.ts'

/** One row of the outbox before it is written. */
interface OutboxRow {
  id: string
  component: string
  topic: string
  key: string
  shard: number
  payload: string
  size: number
}

const INSERT = 'insert into outbox (event_id, component, topic, key, shard, payload, size)'
const INSERT_ONE = `${INSERT} values ($1::uuid, $2, $3, $4, $5::smallint, $6, $7::integer)`
const INSERT_MANY = `${INSERT} select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::integer[])`

/** Puts messages into the transaction that makes them true; they leave after its commit. */
export class Outbox {
  readonly #service: string
  readonly #wake: (shards: ReadonlySet<number>) => void
  readonly #kept = new WeakMap<Tx, OutboxRow[]>()

  /** @param wake told after each commit which shards have something new */
  constructor(service: string, wake: (shards: ReadonlySet<number>) => void) {
    this.#service = service
    this.#wake = wake
  }

  /**
   * @returns the new message's id (UUIDv7)
   * @throws MessagingError MSG_CONTRACT_VIOLATED or MSG_TOO_LARGE, before anything is stored; the row itself is written with the commit
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
      this.#keep(tx, rows)
      return rows.map(row => row.id)
    })
  }

  /** All rows of a transaction are written together and leave with its commit: they cost no round trip. */
  #keep(tx: Tx, rows: OutboxRow[]): void {
    const kept = this.#kept.get(tx)
    if (kept) {
      kept.push(...rows)
      return
    }
    this.#kept.set(tx, rows)
    tx.beforeCommit(() => insert(tx, rows))
    tx.onCommit(() => this.#wake(new Set(rows.map(row => row.shard))))
  }

  #rowOf<T>(contract: Contract<T>, message: OutgoingMessage<T>): OutboxRow {
    const envelope: Envelope<T> = buildEnvelope(this.#service, contract, message)
    const payload = JSON.stringify(envelope)
    const size = Buffer.byteLength(payload)
    if (size > MAX_EVENT_BYTES) throw new MessagingError('MSG_TOO_LARGE', { detail: `${contract.type}: ${size} bytes` })
    const key = envelope.partitionkey
    const topic = topicFor(contract, message.to ?? this.#service)
    return { id: envelope.id, component: componentOf(topic), topic, key, shard: shardOf(key), payload, size }
  }
}

async function insert(tx: Tx, rows: OutboxRow[]): Promise<void> {
  const [only] = rows
  if (only && rows.length === 1) {
    await tx.execute(INSERT_ONE, [only.id, only.component, only.topic, only.key, only.shard, only.payload, only.size])
    return
  }
  const column = <K extends keyof OutboxRow>(name: K): Array<OutboxRow[K]> => rows.map(row => row[name])
  await tx.execute(INSERT_MANY, [column('id'), column('component'), column('topic'), column('key'), column('shard'), column('payload'), column('size')])
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
