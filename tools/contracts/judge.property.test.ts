import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tolerantSchema } from '../../libs/contracts/src/tolerant-schema.ts'
import { accepts } from './compatibility/accepts.ts'
import { breaks } from './compatibility/breaks.ts'
import type { Schema, SchemaObject } from './compatibility/schema.ts'

const names = ['a', 'b', 'c'] as const
const words = ['x', 'xy', '']

const leaf: fc.Arbitrary<SchemaObject> = fc.oneof(
  fc.record({ type: fc.constantFrom('integer', 'number'), minimum: bound(), exclusiveMinimum: bound(), maximum: bound(), exclusiveMaximum: bound(), multipleOf: fc.constantFrom(1, 2, 0.5) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('string'), minLength: fc.nat(2), maxLength: fc.nat(2), pattern: fc.constantFrom('^x', 'y$') }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.uniqueArray(fc.constantFrom('string', 'integer', 'number', 'null', 'boolean'), { minLength: 1, maxLength: 3 }) }),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom('x', 'xy', 0, 1, null), { minLength: 1 }) }),
  fc.record({ const: fc.constantFrom('x', 0, null) }),
)

/** Small schemas over few names and values, so that two of them often have to do with each other. */
const { schema } = fc.letrec<{ schema: Schema, object: SchemaObject, choice: SchemaObject }>((tie) => ({
  schema: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('object'), list(tie('schema')), tie('choice')),
  object: fc.record({
    type: fc.constant('object'),
    properties: fc.record({ a: tie('schema'), b: tie('schema'), c: tie('schema') }, { requiredKeys: [] }),
    required: fc.subarray([...names]),
    additionalProperties: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: leaf }),
    minProperties: fc.nat(2),
    maxProperties: fc.integer({ min: 1, max: 3 }),
  }, { requiredKeys: ['type', 'additionalProperties'] }),
  choice: fc.oneof(
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('schema') }),
    fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }, { requiredKeys: ['if'] }),
  ),
}))

function bound(): fc.Arbitrary<number> {
  return fc.constantFrom(-1, 0, 0.5, 1, 2)
}

function list(items: fc.Arbitrary<Schema>): fc.Arbitrary<SchemaObject> {
  return fc.record({ type: fc.constant('array'), items, prefixItems: fc.array(items, { minLength: 1, maxLength: 2 }), minItems: fc.nat(2), maxItems: fc.nat(2), uniqueItems: fc.boolean() }, { requiredKeys: ['type'] })
}

/** Values of the same small world. */
const { value } = fc.letrec<{ value: unknown, object: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(...words, -1, 0, 0.5, 1, 1.5, 2, null, true), tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  // As JSON.parse makes them: ajv compares no objects that have no prototype.
  object: fc.record({ a: tie('value'), b: tie('value'), c: tie('value'), d: tie('value') }, { requiredKeys: [], noNullPrototype: true }),
}))

/** The schema, or another, or one that was made from it by putting the other in some place. */
const edited = (before: Schema): fc.Arbitrary<Schema> => schema.chain((other) => fc.constantFrom<Schema>(before, other, ...withParts(before, other)))

function withParts(before: Schema, other: Schema): Schema[] {
  if (typeof before === 'boolean') return []
  return Object.keys(before.properties ?? {}).map((name) => ({ ...before, properties: { ...before.properties, [name]: other } }))
}

it('what is called compatible never refuses a message that the other side may send', () => {
  let told = 0
  fc.assert(
    fc.property(schema.chain((writer) => fc.tuple(fc.constant(writer), edited(writer))), fc.array(value, { minLength: 30, maxLength: 30 }), ([writer, reader], values) => {
      const tolerant = tolerantSchema(reader) as Schema
      if (breaks(writer, reader).length > 0) return
      const sent = values.filter((one) => accepts(writer, one, writer))
      told += sent.length
      for (const one of sent) expect(accepts(tolerant, one, tolerant)).toBe(true)
    }),
    { numRuns: 400 },
  )
  expect(told).toBeGreaterThan(300)
}, 60_000)
