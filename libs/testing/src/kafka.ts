import { randomUUID } from 'node:crypto'
import { Admin, Consumer, Producer } from '@platformatic/kafka'
import { eventually } from './eventually.ts'

/** One record as it lies on the broker. */
export interface TopicRecord {
  topic: string
  partition: number
  offset: bigint
  key: string | null
  value: Buffer
}

/** A record to write: `value` goes out byte for byte, so it may be no CloudEvent at all. */
export interface RawRecord { topic: string, key?: string, value: Buffer | string, partition?: number }

const base = (broker: string) => ({ clientId: `prep-test-${randomUUID()}`, bootstrapBrokers: [broker], retries: 10, retryDelay: 200 })

/** Makes `topics` with `partitions` each (default 6); a topic that exists already is an error. */
export async function createTopics(broker: string, topics: string[], partitions = 6): Promise<void> {
  const admin = new Admin(base(broker))
  try {
    await admin.createTopics({ topics, partitions, replicas: 1 })
    await eventually(async () => {
      const { topics: known } = await admin.metadata({ topics, forceUpdate: true })
      return topics.every((topic) => known.get(topic)?.partitions.filter(({ leader }) => leader >= 0).length === partitions)
    }, { what: `leaders for ${topics.join(', ')}` })
  } finally {
    await admin.close()
  }
}

/** Writes `records` past daprd, as a stranger on the broker would. */
export async function produceRaw(broker: string, records: RawRecord[]): Promise<void> {
  const producer = new Producer({ ...base(broker), idempotent: true })
  try {
    await producer.send({
      messages: records.map(({ topic, key, value, partition }) => ({
        topic,
        value: Buffer.from(value as string),
        ...(key === undefined ? {} : { key: Buffer.from(key) }),
        ...(partition === undefined ? {} : { partition }),
      })),
    })
  } finally {
    await producer.close()
  }
}

/** Everything on `topics` from their first record to what was their last when the call was made, in order per partition. */
export async function readTopics(broker: string, topics: string[]): Promise<TopicRecord[]> {
  const consumer = new Consumer({ ...base(broker), groupId: `prep-test-${randomUUID()}` })
  const records: TopicRecord[] = []
  try {
    const missing = await openPartitions(consumer, topics)
    if (missing.size === 0) return records
    const stream = await consumer.consume({ topics, mode: 'earliest', autocommit: false, maxWaitTime: 100 })
    for await (const { topic, partition, offset, key, value } of stream) {
      records.push({ topic, partition, offset, key: key ? key.toString() : null, value: value ?? Buffer.alloc(0) })
      const place = `${topic}/${partition}`
      if (offset + 1n >= (missing.get(place) ?? 0n)) missing.delete(place)
      if (missing.size === 0) break
    }
    return records
  } finally {
    await consumer.close(true)
  }
}

/** The partitions that hold records: "topic/partition" and the offset after the last. */
async function openPartitions(consumer: Consumer, topics: string[]): Promise<Map<string, bigint>> {
  const [starts, ends] = await Promise.all([
    consumer.listOffsets({ topics, timestamp: -2n }),
    consumer.listOffsets({ topics, timestamp: -1n }),
  ])
  const open = new Map<string, bigint>()
  for (const [topic, offsets] of ends) {
    offsets.forEach((end, partition) => {
      if (end > (starts.get(topic)?.[partition] ?? 0n)) open.set(`${topic}/${partition}`, end)
    })
  }
  return open
}
