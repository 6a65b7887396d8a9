import { PARTICIPANTS, type Contract, readableVersions } from '@prep/contracts'
import { MessagingError } from '../errors.ts'
import { type DaprSubscription } from './dapr-routes.ts'
import { SUBSCRIPTION_SCOPES } from './subscription-scopes.generated.ts'

/** What a service must know of all others to tell that a subscription of its own would hear nothing. */
export interface Topology {
  /** Whether somebody publishes this version of a message, or the contract says why nobody here does. */
  isPublished(contract: Contract<unknown>): boolean
  /** Whether the Dapr component lets the service subscribe to the topic. */
  maySubscribe(service: string, component: string, topic: string): boolean
}

/** As the sources of the services and the components in dapr/ have it, when this build was made. */
export const builtTopology: Topology = {
  isPublished: contract => (PARTICIPANTS[contract.type]?.publishers ?? []).length > 0 || comesFromElsewhere(contract),
  maySubscribe: (service, component, topic) => SUBSCRIPTION_SCOPES[component]?.[service]?.includes(topic) ?? false,
}

/** Addressed commands come from tools; others say in their schema where from. */
function comesFromElsewhere({ schema }: Contract<unknown>): boolean {
  const message = (schema as { 'x-message'?: { addressed?: boolean; unpublished?: string } })['x-message']
  return message?.addressed === true || message?.unpublished !== undefined
}

/**
 * Refuses what would be silence: daprd only logs a subscription that its scopes do not allow, and a topic without a
 * publisher is quiet for ever.
 * @throws MessagingError MSG_NOBODY_PUBLISHES, MSG_SCOPE_MISSING
 */
export function checkSubscriptions(topology: Topology, service: string, contracts: readonly Contract<unknown>[], subscriptions: readonly DaprSubscription[]): void {
  const silent = contracts.filter(contract => !readableVersions(contract).some(version => topology.isPublished(version)))
  if (silent.length > 0) throw new MessagingError('MSG_NOBODY_PUBLISHES', { detail: silent.map(({ type }) => type).join(', ') })
  const closed = subscriptions.filter(({ pubsubname, topic }) => !topology.maySubscribe(service, pubsubname, topic))
  const detail = closed.map(({ pubsubname, topic }) => `${service}=${topic} in ${pubsubname}`).join(', ')
  if (closed.length > 0) throw new MessagingError('MSG_SCOPE_MISSING', { detail })
}
