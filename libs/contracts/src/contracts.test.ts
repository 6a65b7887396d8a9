import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { allContracts, contractOf, requireContract, topicFor, upcastData, validateStrict, validateTolerant } from './index.ts'
import type { Contract } from './contract.ts'

function folderOf(contract: Contract<unknown>): URL {
  const path = new URL(contract.dataschema).pathname.slice(1)
  return new URL(`./${path}/`, import.meta.url)
}

function samplesOf(contract: Contract<unknown>, kind: 'valid' | 'invalid'): [string, Record<string, unknown>][] {
  const folder = new URL('samples/', folderOf(contract))
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))])
}

/** Every object inside the data, with an unknown property put into it. */
function withSurprises(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withSurprises)
  if (typeof data !== 'object' || data === null) return data
  const entries = Object.entries(data).map(([name, value]) => [name, withSurprises(value)])
  return { ...Object.fromEntries(entries), surprise: { of: 'a later version' } }
}

describe.each(allContracts().map((contract) => [contract.type, contract] as const))('%s', (_type, contract) => {
  it.each(samplesOf(contract, 'valid'))('accepts %s', (_name, data) => {
    expect(validateStrict(contract, data)).toEqual([])
    expect(validateTolerant(contract, data)).toEqual([])
  })

  it.each(samplesOf(contract, 'invalid'))('refuses %s', (_name, data) => {
    expect(validateStrict(contract, data)).not.toEqual([])
  })

  it('has the usual valid sample, first by name, and an invalid one', () => {
    expect(samplesOf(contract, 'valid')[0]?.[0]).toBe('valid-as-usual.json')
    expect(samplesOf(contract, 'invalid')).not.toEqual([])
  })

  it('refuses unknown properties strictly and allows them tolerantly, at every depth', () => {
    for (const [, data] of samplesOf(contract, 'valid')) {
      const surprised = withSurprises(data)
      expect(validateStrict(contract, surprised)).toContainEqual(
        expect.objectContaining({ pointer: '/surprise', keyword: 'additionalProperties' }),
      )
      expect(validateTolerant(contract, surprised)).toEqual([])
    }
  })

  it('is what its upcaster makes of every sample of the version before', () => {
    if (!contract.previous) return
    const older = contract.previous.contract
    for (const [, data] of samplesOf(older, 'valid')) {
      expect(validateStrict(contract, upcastData(contract, older.type, data))).toEqual([])
    }
  })

  it('refuses what a missing property leaves, tolerantly too', () => {
    const [, data] = samplesOf(contract, 'valid')[0]!
    for (const property of Object.keys(data)) {
      const rest = Object.entries(data).filter(([name]) => name !== property)
      expect(validateTolerant(contract, Object.fromEntries(rest))).toContainEqual(
        expect.objectContaining({ pointer: `/${property}`, keyword: 'required' }),
      )
    }
  })

  it('describes every field and closes every object', () => {
    expect(undescribed(contract.schema)).toEqual([])
    expect(openObjects(contract.schema)).toEqual([])
  })

  it('has a README that names its type and topic', () => {
    const path = fileURLToPath(new URL('README.md', folderOf(contract)))
    expect(existsSync(path)).toBe(true)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(`# ${contract.type}`)
    expect(text).toContain(contract.topic)
  })

  it('is found by its type', () => {
    expect(contractOf(contract.type)).toBe(contract)
  })
})

describe('contracts', () => {
  it('have one folder each, and no folder is left out', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
    expect(allContracts()).toHaveLength(folders.filter((path) => path.endsWith('schema.json')).length)
  })

  it('mark a person as personal wherever one occurs', () => {
    const withCustomer = allContracts().filter((contract) => JSON.stringify(contract.schema).includes('"email"'))
    expect(withCustomer.map((contract) => contract.type)).toContain('booking.requested.v1')
    for (const contract of withCustomer) {
      const customer = (contract.schema as Schema).properties!.customer!
      expect([customer, customer.properties!.name, customer.properties!.email]).toEqual(
        Array(3).fill(expect.objectContaining({ 'x-personal': true })),
      )
    }
  })

  it('travel on one topic, but for a command that any service may get: it goes to its receiver', () => {
    expect(topicFor(requireContract('payment.captured.v1'), 'booking')).toBe('prep.payment.events')
    expect(topicFor(requireContract('deadletter.replay.v1'), 'booking')).toBe('prep.booking.commands')
  })

  it('answer undefined, or a coded error, for an unknown type', () => {
    expect(contractOf('booking.unheard-of.v1')).toBeUndefined()
    expect(() => requireContract('booking.unheard-of.v1')).toThrow(
      expect.objectContaining({ code: 'CONTRACT_UNKNOWN' }),
    )
  })

  it('say which of theirs has a schema that does not compile', () => {
    const broken = { ...requireContract('booking.confirm.v1'), schema: { type: 'no-such-type' } }
    expect(() => validateStrict(broken, {})).toThrow(expect.objectContaining({ code: 'CONTRACT_SCHEMA_BROKEN' }))
  })
})

describe('README', () => {
  it('lists every error code', () => {
    const codes = readFileSync(new URL('errors.ts', import.meta.url), 'utf8').match(/CONTRACT_[A-Z_]+/g)!
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    expect(new Set(readme.match(/CONTRACT_[A-Z_]+/g))).toEqual(new Set(codes))
  })
})

interface Schema {
  type?: string | string[]
  description?: string
  additionalProperties?: boolean
  properties?: Record<string, Schema>
  items?: Schema
}

function subschemas(schema: Schema): Schema[] {
  const children = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])]
  return [schema, ...children.flatMap(subschemas)]
}

function undescribed(schema: object): Schema[] {
  return subschemas(schema).filter((part) => !part.description)
}

function openObjects(schema: object): Schema[] {
  return subschemas(schema).filter((part) => part.properties && part.additionalProperties !== false)
}
