import { expect, it } from 'vitest'
import { tolerantSchema } from './tolerant-schema.ts'

it('opens objects at every depth and leaves the rest', () => {
  const closed = {
    type: 'object',
    additionalProperties: false,
    required: ['a'],
    properties: { a: { type: 'array', items: { type: 'object', additionalProperties: false, minProperties: 1 } } },
  }
  expect(tolerantSchema(closed)).toEqual({
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'array', items: { type: 'object', minProperties: 1 } } },
  })
})

it('keeps a schema for additional properties', () => {
  const map = { type: 'object', additionalProperties: { type: 'string' } }
  expect(tolerantSchema(map)).toEqual(map)
})

it('does not take a property or a constant for a keyword', () => {
  const schema = {
    properties: { additionalProperties: { type: 'boolean' } },
    const: { additionalProperties: false },
  }
  expect(tolerantSchema(schema)).toEqual(schema)
})
