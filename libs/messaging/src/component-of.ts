import { MessagingError } from './errors.ts'

const COMPONENTS: Record<string, string> = { events: 'pubsub-events', commands: 'pubsub-commands', dead: 'pubsub-dead' }

/**
 * The Dapr component that a topic travels through, from the last part of its name. Three of them, because one slow batch
 * stops a whole component.
 */
export function componentOf(topic: string): string {
  const component = COMPONENTS[topic.slice(topic.lastIndexOf('.') + 1)]
  if (!component) throw new MessagingError('MSG_CONFIG_INVALID', { detail: `topic '${topic}' ends neither in .events nor .commands nor .dead` })
  return component
}
