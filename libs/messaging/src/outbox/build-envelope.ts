import { type Contract, contractOf, validateStrict } from '@prep/contracts'
import { currentContext, currentTraceparent } from '@prep/observability'
import { v7 } from 'uuid'
import { isKey, MAX_KEY } from '../delivery/classify-entry.ts'
import { type Envelope } from '../envelope.ts'
import { MessagingError } from '../errors.ts'
import { type OutgoingMessage } from './outgoing-message.ts'

const DEFAULT_TENANT = 'default'

/**
 * The CloudEvent of one outgoing message; what it does not say comes from the message being handled.
 * @throws MessagingError MSG_CONTRACT_UNKNOWN, MSG_CONTRACT_VIOLATED with the pointers of what is wrong, MSG_ENVELOPE_INVALID
 */
export function buildEnvelope<T>(service: string, contract: Contract<T>, message: OutgoingMessage<T>): Envelope<T> {
  if (!contractOf(contract.type)) throw new MessagingError('MSG_CONTRACT_UNKNOWN', { detail: contract.type })
  const violations = validateStrict(contract, message.data)
  if (violations.length > 0) {
    const detail = violations.map(violation => `${violation.pointer || '/'} ${violation.message}`).join('; ')
    throw new MessagingError('MSG_CONTRACT_VIOLATED', { detail: `${contract.type}: ${detail}` })
  }
  const partitionkey = message.partitionKey ?? message.subject
  if (!isKey(message.subject) || !isKey(partitionkey)) {
    throw new MessagingError('MSG_ENVELOPE_INVALID', { detail: `${contract.type}: subject and partition key have 1 to ${MAX_KEY} characters` })
  }
  if (contract.kind === 'event' && partitionkey !== message.subject) {
    throw new MessagingError('MSG_ENVELOPE_INVALID', { detail: `${contract.type}: the partition key of an event is its subject` })
  }
  const context = currentContext()
  const id = v7()
  const causationId = message.causationId ?? context?.messageId ?? context?.causationId
  const sagaStep = message.sagaStep ?? context?.sagaStep
  const traceparent = currentTraceparent()
  return {
    specversion: '1.0',
    id,
    type: contract.type,
    source: `/prep/${service}`,
    subject: message.subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    partitionkey,
    ...(message.sequence !== undefined && { sequence: String(message.sequence).padStart(12, '0') }),
    correlationid: message.correlationId ?? context?.correlationId ?? id,
    ...(causationId !== undefined && { causationid: causationId }),
    tenantid: context?.tenantId ?? DEFAULT_TENANT,
    ...(message.deadline && { deadline: message.deadline.toISOString() }),
    ...(sagaStep !== undefined && { sagastep: sagaStep }),
    ...(traceparent !== undefined && { traceparent, traceid: traceparent }),
    data: message.data,
  }
}
