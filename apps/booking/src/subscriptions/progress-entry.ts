import { type Contract } from '@prep/contracts'
import { type Envelope } from '@prep/messaging'
import { type ProgressEntry } from '../persistence/progress-log.ts'

interface SchemaNode {
  properties?: Record<string, SchemaNode>
  'x-personal'?: boolean
}

/** A message as a line of a booking's progress, without what its contract marks as personal. */
export function progressEntry<T>(contract: Contract<T>, envelope: Envelope<T>): ProgressEntry {
  return {
    eventId: envelope.id,
    type: envelope.type,
    source: envelope.source.replace(/^\/prep\//, ''),
    sagaStep: envelope.sagastep ?? null,
    occurredAt: new Date(envelope.time),
    data: withoutPersonal(contract.schema as SchemaNode, envelope.data),
  }
}

/** Keeps only what the contract knows and does not mark: a property that came later may be personal as well. */
function withoutPersonal(schema: SchemaNode, data: unknown): unknown {
  if (schema.properties === undefined || data === null || typeof data !== 'object') return data
  const kept = Object.entries(schema.properties)
    .filter(([name, property]) => property['x-personal'] !== true && name in data)
    .map(([name, property]) => [name, withoutPersonal(property, (data as Record<string, unknown>)[name])])
  return Object.fromEntries(kept)
}
