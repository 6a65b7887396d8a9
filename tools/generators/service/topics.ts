import type { ServiceParts } from './service-parts.ts'

/** Topics of a new service: what it may publish through each component, and those that carry its name. */
export function writtenTopics({ name, context }: Pick<ServiceParts, 'name' | 'context'>) {
  const [events, commands, dead] = [`prep.${context}.events`, `prep.${name}.commands`, `prep.${name}.dead`]
  return {
    events,
    /** Orders to itself, and what its sidecar could not hand over. */
    own: [commands, dead],
    publishes: { 'pubsub-events': [events, 'prep.deadletter.events', dead], 'pubsub-commands': [commands, dead] },
    /** Closed to every app that a component's scopes do not name. */
    protects: { 'pubsub-events': [events, dead], 'pubsub-commands': [commands, dead], 'pubsub-dead': [dead] },
  } as const
}
