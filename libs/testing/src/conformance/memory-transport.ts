import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Envelope } from '@prep/messaging'
import { MemoryBroker, type Member, type MemoryRecord } from './memory-broker.ts'
import type { Attachment, Transport } from './transport.ts'

const GROUP = 'booking'

/** Everything but the broker is real: the service, its database, and daprd's words over HTTP between them. */
export function memoryTransport(): Transport {
  const broker = new MemoryBroker()
  return {
    name: 'in memory',
    cannot: {},
    start: async () => undefined,
    stop: async () => undefined,
    attach: (appPort) => attach(broker, appPort),
    send: async (topic, messages) => messages.forEach((message) => broker.append(topic, message.partitionkey, JSON.stringify(message))),
    read: async (topic) => broker.read(topic).map(({ value }) => JSON.parse(value) as Envelope),
    cut: async () => broker.cut(),
    mend: async () => broker.mend(),
  }
}

async function attach(broker: MemoryBroker, appPort: number): Promise<Attachment> {
  const server = createServer((request, response) => void publish(broker, request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const app = `http://127.0.0.1:${appPort}`
  let member: Member | undefined
  return {
    daprHttpPort: (server.address() as { port: number }).port,
    start: async () => {
      const subscriptions = await (await fetch(`${app}/dapr/subscribe`)).json() as Subscription[]
      member = memberOf(app, subscriptions)
      broker.join(GROUP, member)
    },
    stop: async () => {
      if (member) broker.leave(GROUP, member)
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Subscription { topic: string, routes: { default: string }, bulkSubscribe?: { enabled: boolean } }

interface Published { entryId: string, event: unknown, metadata: { partitionKey: string } }

/** daprd's bulk publish, with the words that it has for a broker that is away. */
async function publish(broker: MemoryBroker, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const entries = JSON.parse(Buffer.concat(chunks).toString()) as Published[]
  const topic = (request.url ?? '').split('/').at(-1) as string
  if (broker.isCut) {
    const failedEntries = entries.map(({ entryId }) => ({ entryId, error: 'client has run out of available brokers to talk to' }))
    response.writeHead(500).end(JSON.stringify({ errorCode: 'ERR_PUBSUB_PUBLISH_MESSAGE', failedEntries }))
    return
  }
  for (const { event, metadata } of entries) broker.append(topic, metadata.partitionKey, JSON.stringify(event))
  response.writeHead(204).end()
}

function memberOf(app: string, subscriptions: Subscription[]): Member {
  const byTopic = new Map(subscriptions.map((subscription) => [subscription.topic, subscription]))
  const bulkTopics = new Set(subscriptions.filter(({ bulkSubscribe }) => bulkSubscribe?.enabled).map(({ topic }) => topic))
  return {
    topics: new Set(byTopic.keys()),
    bulkTopics,
    deliver: async (records) => {
      const [first] = records as [MemoryRecord]
      const url = app + (byTopic.get(first.topic) as Subscription).routes.default
      return bulkTopics.has(first.topic) ? deliverBulk(url, records) : deliverOne(url, first)
    },
  }
}

async function deliverOne(url: string, record: MemoryRecord): Promise<boolean> {
  const headers = { 'content-type': 'application/cloudevents+json', ...placeOf(record) }
  const answer = await post(url, headers, record.value) as { status?: string } | undefined
  return answer?.status === 'SUCCESS'
}

/** One entry that is to come again brings the whole bulk again. */
async function deliverBulk(url: string, records: readonly MemoryRecord[]): Promise<boolean> {
  const entries = records.map((record, index) => (
    { entryId: String(index), contentType: 'application/cloudevents+json', event: JSON.parse(record.value) as unknown, metadata: placeOf(record) }))
  const answer = await post(url, { 'content-type': 'application/json' }, JSON.stringify({ entries })) as { statuses?: { status: string }[] } | undefined
  return answer?.statuses?.length === records.length && answer.statuses.every(({ status }) => status === 'SUCCESS')
}

/** undefined: no answer, or none that acknowledges anything. */
async function post(url: string, headers: Record<string, string>, body: string): Promise<unknown> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body })
    return response.status === 200 ? await response.json() : undefined
  } catch {
    return undefined
  }
}

function placeOf({ topic, partition, offset, key }: MemoryRecord): Record<string, string> {
  return { __topic: topic, __partition: String(partition), __offset: String(offset), __key: key }
}
