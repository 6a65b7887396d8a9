import { topicFor } from '@prep/contracts'
import { componentOf } from '../component-of.ts'
import { type Handler } from '../delivery/handler.ts'
import { type MessagingSettings } from '../settings.ts'
import { type DaprSubscription } from './dapr-routes.ts'

/** Dead letters are few and nobody waits for them: gathered by the sidecar, with their place on the broker in each entry. */
const DEAD_AWAIT_MS = 500

/**
 * One subscription per topic of the handlers' contracts, and the service's own dead letter topic, raw: what lies there
 * could not be parsed the first time. Messages come singly, one at a time from each partition, and are gathered here (ADR
 * 0009), unless the settings ask for bulks.
 */
export function subscriptionsOf({ service, bulkAwaitMs }: Pick<MessagingSettings, 'service' | 'bulkAwaitMs'>, handlers: readonly Handler[]): DaprSubscription[] {
  const deadLetterTopic = `prep.${service}.dead`
  const topics = [...new Set(handlers.map(handler => topicFor(handler.contract, service)))].sort()
  const subscriptions: DaprSubscription[] = topics.map(topic => ({
    pubsubname: componentOf(topic),
    topic,
    deadLetterTopic,
    ...(bulkAwaitMs > 0 ? inBulk(topic, bulkAwaitMs) : singly(topic)),
  }))
  if (topics.length === 0) return []
  subscriptions.push({
    pubsubname: componentOf(deadLetterTopic),
    topic: deadLetterTopic,
    metadata: { rawPayload: 'true' },
    ...inBulk(deadLetterTopic, DEAD_AWAIT_MS),
  })
  return subscriptions
}

function singly(topic: string): Pick<DaprSubscription, 'routes'> {
  return { routes: { default: `/dapr/message/${componentOf(topic)}/${topic}` } }
}

function inBulk(topic: string, maxAwaitDurationMs: number): Pick<DaprSubscription, 'routes' | 'bulkSubscribe'> {
  const bulkSubscribe = { enabled: true, maxMessagesCount: 200, maxAwaitDurationMs } as const
  return { routes: { default: `/dapr/messages/${componentOf(topic)}/${topic}` }, bulkSubscribe }
}
