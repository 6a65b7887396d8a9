import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract } from '@prep/contracts'
import { v7 } from 'uuid'
import type { Envelope } from '@prep/messaging'

const contracts = join(import.meta.dirname, '../../contracts/src')

/** The first valid sample of a contract, with `changes` laid over it. */
export function sampleOf<T>(contract: Contract<T>, changes: Partial<T> = {}): T {
  const folder = join(contracts, new URL(contract.dataschema).pathname, 'samples')
  const name = readdirSync(folder).filter((file) => file.startsWith('valid-')).sort()[0]
  if (!name) throw new Error(`${contract.type} has no valid sample in ${folder}`)
  return { ...JSON.parse(readFileSync(join(folder, name), 'utf8')) as T, ...changes }
}

/** What a test may want to say about a message; the rest is made up. */
export interface MessageFields {
  id?: string
  subject?: string
  source?: string
  correlationId?: string
  causationId?: string
  sequence?: number
  partitionKey?: string
  deadline?: Date
  sagaStep?: string
}

/** A message as another service would publish it. The subject is the data's first `...Id`, unless it is given. */
export function envelopeOf<T>(contract: Contract<T>, data: T, fields: MessageFields = {}): Envelope<T> {
  const subject = fields.subject ?? firstId(data)
  return {
    specversion: '1.0',
    id: fields.id ?? v7(),
    type: contract.type,
    source: fields.source ?? `/prep/${contract.kind === 'command' ? 'task-orchestrator' : contract.context}`,
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    partitionkey: fields.partitionKey ?? subject,
    sequence: String(fields.sequence ?? 1).padStart(12, '0'),
    correlationid: fields.correlationId ?? v7(),
    causationid: fields.causationId ?? v7(),
    tenantid: 'default',
    ...(fields.deadline ? { deadline: fields.deadline.toISOString() } : {}),
    ...(fields.sagaStep ? { sagastep: fields.sagaStep } : {}),
    data,
  }
}

function firstId(data: unknown): string {
  const found = Object.entries(data as Record<string, unknown>).find(([name, value]) => /Id$/.test(name) && typeof value === 'string')
  return found ? found[1] as string : v7()
}
