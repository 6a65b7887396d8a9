import type { Envelope } from '@prep/messaging'
import { TestingError } from './errors.ts'

/** The part of a Nest application on Fastify that a delivery needs. */
export interface DeliverableApp {
  getHttpAdapter(): { getInstance(): unknown }
}

interface Injectable {
  inject(request: { method: 'POST', url: string, headers: Record<string, string>, payload: string }): Promise<{ statusCode: number, body: string }>
}

export type DeliveryStatus = 'SUCCESS' | 'RETRY' | 'DROP'

/**
 * Delivers messages to the service as its sidecar would, in one bulk of one topic, and gives back what the service
 * answered for each. The topic is the contract's unless given.
 * Throws `TEST_DELIVERY_REFUSED` when the service answers anything but statuses.
 */
export async function deliver(app: DeliverableApp, messages: Envelope | readonly Envelope[], topic?: string): Promise<DeliveryStatus[]> {
  const list = Array.isArray(messages) ? messages as readonly Envelope[] : [messages as Envelope]
  const place = topic ?? await topicOf(list[0] as Envelope)
  const pubsub = place.endsWith('.commands') ? 'pubsub-commands' : place.endsWith('.dead') ? 'pubsub-dead' : 'pubsub-events'
  const answer = await (app.getHttpAdapter().getInstance() as Injectable).inject({
    method: 'POST',
    url: `/dapr/messages/${pubsub}/${place}`,
    headers: { 'content-type': 'application/json', ...tokenHeader() },
    payload: JSON.stringify(bulkOf(list, pubsub, place)),
  })
  return statusesOf(answer, list.length)
}

function bulkOf(messages: readonly Envelope[], pubsub: string, topic: string): object {
  return {
    id: `bulk-${messages[0]?.id ?? 'empty'}`,
    type: 'com.dapr.event.sent.bulk',
    pubsubname: pubsub,
    topic,
    metadata: {},
    entries: messages.map((event, index) => ({
      entryId: String(index),
      contentType: 'application/cloudevents+json',
      event: { ...event, pubsubname: pubsub, topic },
      metadata: { __key: event.partitionkey, __topic: topic, __partition: '0', __offset: String(index) },
    })),
  }
}

function tokenHeader(): Record<string, string> {
  const token = process.env['APP_API_TOKEN']
  return token ? { 'dapr-api-token': token } : {}
}

function statusesOf({ statusCode, body }: { statusCode: number, body: string }, expected: number): DeliveryStatus[] {
  if (statusCode !== 200) throw new TestingError('TEST_DELIVERY_REFUSED', `The service answered the delivery with ${statusCode}: ${body}`)
  const { statuses } = JSON.parse(body) as { statuses: { entryId: string, status: DeliveryStatus }[] }
  const byEntry = new Map(statuses.map(({ entryId, status }) => [entryId, status]))
  return Array.from({ length: expected }, (_, index) => byEntry.get(String(index)) ?? 'RETRY')
}

async function topicOf({ type }: Envelope): Promise<string> {
  const { contractOf } = await import('@prep/contracts')
  const contract = contractOf(type)
  if (!contract) throw new TestingError('TEST_CONTRACT_UNKNOWN', `No contract says where ${type} travels. Name the topic.`)
  return contract.topic
}
