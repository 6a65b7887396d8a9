import { readFileSync } from 'node:fs'
import { allContracts, type Contract } from '@prep/contracts'
import { sampleOf } from '@prep/testing'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy } from '../index.ts'
import { buildEnvelope } from '../outbox/build-envelope.ts'
import { classifyEntry } from './classify-entry.ts'
import { consumerOf, HandlerRegistry } from './handler.ts'

interface Release { schema: object; samples: Record<string, unknown> }
const lock = JSON.parse(readFileSync(new URL('../../../contracts/released.lock.json', import.meta.url), 'utf8')) as { contracts: Record<string, { releases: Release[] }> }

/** What becomes of data that a publisher with the one schema sends to a consumer with the other. */
function meeting(contract: Contract<unknown>, publisher: object, consumer: object, data: unknown): string {
  const envelope = buildEnvelope('publisher', { ...contract, schema: publisher }, { data, subject: 's' })
  const handlers = new HandlerRegistry()
  const reads = { ...contract, schema: consumer }
  handlers.add({ consumer: consumerOf('consumer', reads), contract: reads, effects: 'database', retry: defaultRetryPolicy, run: () => Promise.resolve() })
  const classified = classifyEntry({ entryId: 'e', event: JSON.parse(JSON.stringify(envelope)) }, handlers, { service: 'consumer', topic: contract.topic })
  return classified.kind === 'dead' ? `${classified.code} ${classified.message}` : classified.kind
}

const releases = allContracts().flatMap(contract => (lock.contracts[contract.type]?.releases ?? []).map(release => [contract.type, contract, release] as const))

describe.each(releases)('%s', (_type, contract, { schema, samples }) => {
  it('of this tree is read by consumers of the release', () => {
    expect(meeting(contract, contract.schema, schema, sampleOf(contract))).toBe('message')
  })

  it('of the release is read by consumers of this tree', () => {
    for (const data of Object.values(samples)) expect(meeting(contract, schema, contract.schema, data)).toBe('message')
  })
})

describe('an edit', () => {
  const base = allContracts().find(({ type }) => type === 'booking.slot-released.v1') as Contract<unknown>
  const closed = (properties: object, required: string[]) => ({ type: 'object', additionalProperties: false, required, properties })
  const one = closed({ a: { type: 'string' } }, ['a'])

  it('that adds an optional property meets both ways', () => {
    const more = closed({ a: { type: 'string' }, b: { type: 'string' } }, ['a'])
    expect(meeting(base, more, one, { a: '', b: '' })).toBe('message')
    expect(meeting(base, one, more, { a: '' })).toBe('message')
  })

  it('that demands a property stops old messages, and only those', () => {
    const more = closed({ a: { type: 'string' }, b: { type: 'string' } }, ['a', 'b'])
    expect(meeting(base, more, one, { a: '', b: '' })).toBe('message')
    expect(meeting(base, one, more, { a: '' })).toMatch(/^MSG_CONTRACT_VIOLATED \/b /)
  })

  it('that allows another value stops at old consumers, and only there', () => {
    const wide = closed({ a: { enum: ['x', 'y'] } }, ['a'])
    const narrow = closed({ a: { enum: ['x'] } }, ['a'])
    expect(meeting(base, wide, narrow, { a: 'y' })).toMatch(/^MSG_CONTRACT_VIOLATED \/a /)
    expect(meeting(base, narrow, wide, { a: 'x' })).toBe('message')
  })
})
