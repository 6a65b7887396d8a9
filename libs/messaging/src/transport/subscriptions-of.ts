import { componentOf } from '../component-of.ts'
import { type Handler } from '../delivery/handler.ts'
import { type DaprSubscription } from './dapr-routes.ts'

/** Dead letters are few and nobody waits for them: gathered by the sidecar, with their place on the broker in each entry. */
const DEAD_BULK = { enabled: true, maxMessagesCount: 200, maxAwaitDurationMs: 500 } as const

/**
 * One subscription per topic of the handlers' contracts, and the service's own dead letter topic, raw: what lies there
 * could not be parsed the first time. Messages come singly, one at a time from each partition, and are gathered here (ADR
 * 0009): the sidecar's bulk holds one lock over all partitions of a component while a batch is at work.
 */
export function subscriptionsOf(service: string, handlers: readonly Handler[]): DaprSubscription[] {
  const deadLetterTopic = `prep.${service}.dead`
  const topics = [...new Set(handlers.map(handler => handler.contract.topic))].sort()
  const subscriptions: DaprSubscription[] = topics.map(topic => ({
    pubsubname: componentOf(topic),
    topic,
    routes: { default: `/dapr/message/${componentOf(topic)}/${topic}` },
    deadLetterTopic,
  }))
  if (topics.length === 0) return []
  subscriptions.push({
    pubsubname: componentOf(deadLetterTopic),
    topic: deadLetterTopic,
    routes: { default: `/dapr/messages/${componentOf(deadLetterTopic)}/${deadLetterTopic}` },
    metadata: { rawPayload: 'true' },
    bulkSubscribe: DEAD_BULK,
  })
  return subscriptions
}
