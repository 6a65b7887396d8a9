import { topicFor } from '@prep/contracts'
import { componentOf } from '../component-of.ts'
import { type Handler } from '../delivery/handler.ts'
import { type MessagingSettings } from '../settings.ts'
import { type DaprSubscription } from './dapr-routes.ts'

const BULK = { enabled: true, maxMessagesCount: 200 } as const
/**
 * How long daprd may wait for a fuller batch, in ms: half of it is added to a message at rest. Not free when short: the
 * sidecar looks at each partition that often (measured idle: 27 ms of CPU a second and topic at 5 ms, 10 at 20 ms).
 */
const COMMANDS_AWAIT_MS = 4
const DEAD_AWAIT_MS = 500

type SubscriptionSettings = Pick<MessagingSettings, 'service' | 'eventsAwaitMs'>

/**
 * One subscription per topic of the handlers' contracts, and the service's own dead letter topic, raw: what lies there
 * could not be parsed the first time.
 */
export function subscriptionsOf({ service, eventsAwaitMs }: SubscriptionSettings, handlers: readonly Handler[]): DaprSubscription[] {
  const deadLetterTopic = `prep.${service}.dead`
  const topics = [...new Set(handlers.map(handler => topicFor(handler.contract, service)))].sort()
  const subscriptions: DaprSubscription[] = topics.map(topic => ({
    pubsubname: componentOf(topic),
    topic,
    routes: { default: routeOf(topic) },
    deadLetterTopic,
    bulkSubscribe: { ...BULK, maxAwaitDurationMs: topic.endsWith('.commands') ? COMMANDS_AWAIT_MS : eventsAwaitMs },
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
