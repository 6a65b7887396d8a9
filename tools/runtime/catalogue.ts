/** What the platform consists of: services in start order, databases, topics. ADR: one list for CLI, tests and dapr.yaml. */
export interface ServiceSpec {
  readonly name: string
  /** Name of its own database; undefined: it has no state. */
  readonly database: string | undefined
}

function service(name: string): ServiceSpec {
  return { name, database: name.replaceAll('-', '_') }
}

/** The order gives each service its ports: base + index. Append only. */
export const services: readonly ServiceSpec[] = [
  { name: 'api-gateway', database: undefined },
  service('listing'),
  service('booking'),
  service('compliance'),
  service('payment'),
  service('notification'),
  service('task-orchestrator'),
]

export const partitionsPerTopic = 8

const contexts = ['listing', 'booking', 'compliance', 'payment', 'orchestration', 'deadletter']
const withMessages = services.filter(({ database }) => database !== undefined).map(({ name }) => name)

/** Topics are made here and nowhere else: the broker's auto-creation is off. */
export const topics: readonly string[] = [
  ...contexts.map((context) => `prep.${context}.events`),
  ...withMessages.flatMap((app) => [`prep.${app}.commands`, `prep.${app}.dead`]),
]

export function serviceNamed(name: string): ServiceSpec | undefined {
  return services.find((candidate) => candidate.name === name)
}
