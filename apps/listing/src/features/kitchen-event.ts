import { type KitchenRegisteredV1Data } from '@prep/contracts'
import { type OutgoingMessage } from '@prep/messaging'
import { type Kitchen } from '../domain/kitchen-details.ts'

/** The whole kitchen, in the order of its versions: whoever keeps a projection needs nothing else. */
export function kitchenEvent({ id, version, details }: Kitchen): OutgoingMessage<KitchenRegisteredV1Data> {
  return { subject: id, sequence: version, data: { kitchenId: id, version, ...details } }
}
