import { componentOf } from '../component-of.ts'
import { type Handler } from '../delivery/handler.ts'
import { type DaprSubscription } from './dapr-routes.ts'

const BULK = { enabled: true, maxMessagesCount: 200 } as const
/** How long daprd may wait for a fuller batch: it is the price of a single message at rest. */
const AWAIT_MS = 5
const DEAD_AWAIT_MS = 200

/**
 * One subscription per topic of the handlers' contracts, and the service's own dead letter topic, raw: what lies there
 * could not be parsed the first time.
 */
export function subscriptionsOf(service: string, handlers: readonly Handler[]): DaprSubscription[] {
  const deadLetterTopic = `prep.${service}.dead`
  const topics = [...new Set(handlers.map(handler => handler.contract.topic))].sort()
  const subscriptions: DaprSubscription[] = topics.map(topic => ({
    pubsubname: componentOf(topic),
    topic,
    routes: { default: routeOf(topic) },
    deadLetterTopic,
    bulkSubscribe: { ...BULK, maxAwaitDurationMs: AWAIT_MS },
  }))
  if (topics.length === 0) return []
  subscriptions.push({
    pubsubname: componentOf(deadLetterTopic),
    topic: deadLetterTopic,
    routes: { default: routeOf(deadLetterTopic) },
    metadata: { rawPayload: 'true' },
    bulkSubscribe: { ...BULK, maxAwaitDurationMs: DEAD_AWAIT_MS },
  })
  return subscriptions
}

function routeOf(topic: string): string {
  return `/dapr/messages/${componentOf(topic)}/${topic}`
}
