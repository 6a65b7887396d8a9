import { type Contract, upcastData } from '@prep/contracts'
import { type Envelope } from '../envelope.ts'
import { MessagingError } from '../errors.ts'

/**
 * The message as a handler of `contract` reads it: one of an older version is upcast, and its type and dataschema say
 * so. Rows keep the bytes as delivered, so that a mended upcaster helps the dead letters of the broken one.
 * @throws MessagingError MSG_UPCAST_FAILED
 */
export function asRead(contract: Contract<unknown>, envelope: Envelope): Envelope {
  const { type } = contract
  if (envelope.type === type) return envelope
  try {
    return { ...envelope, type, dataschema: contract.dataschema, data: upcastData(contract, envelope.type, envelope.data) }
  } catch (cause) {
    throw new MessagingError('MSG_UPCAST_FAILED', { detail: (cause as Error).message, cause })
  }
}
