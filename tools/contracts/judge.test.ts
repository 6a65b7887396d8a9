import { describe, expect, it } from 'vitest'
import { tolerantSchema } from '../../libs/contracts/src/tolerant-schema.ts'
import { accepts } from './compatibility/accepts.ts'
import type { Schema, SchemaObject } from './compatibility/schema.ts'
import { type Compatibility, judge } from './judge.ts'

/** A closed object with these properties, all required but those that end in `?`. */
function object(properties: Record<string, Schema>, more: SchemaObject = {}): SchemaObject {
  const named = Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ''), schema] as const)
  const required = Object.keys(properties).filter((name) => !name.endsWith('?'))
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(named), ...more }
}

const text = { type: 'string' }
const whole = { type: 'integer' }
const one = (value: string, more: Record<string, Schema> = {}) => object({ kind: { const: value }, ...more })

/** [what was changed, released, edited, what that is, the field that breaks, a message of the one that the other refuses] */
type Change = [string, Schema, Schema, Compatibility, string?, unknown?]

const properties: Change[] = [
  ['nothing', object({ a: text }), object({ a: text }), 'full'],
  ['a description', object({ a: { ...text, description: 'x' } }), object({ a: { ...text, description: 'y', title: 'A' } }), 'full'],
  ['an optional property added', object({ a: text }), object({ a: text, 'b?': whole }), 'full'],
  ['an optional property removed', object({ a: text, 'b?': whole }), object({ a: text }), 'full'],
  ['a required property added', object({ a: text }), object({ a: text, b: whole }), 'forward', 'b', { a: '' }],
  ['a required property removed', object({ a: text, b: whole }), object({ a: text }), 'backward', 'b', { a: '' }],
  ['a required property renamed', object({ a: text }), object({ b: text }), 'none', 'b', { a: '' }],
  ['an optional property renamed', object({ 'a?': text }), object({ 'b?': text }), 'full'],
  ['newly required', object({ 'a?': text }), object({ a: text }), 'forward', 'a', {}],
  ['no longer required', object({ a: text }), object({ 'a?': text }), 'backward', 'a', {}],
  ['a property that never may be', object({ 'a?': text }), object({ 'a?': false }), 'forward', 'a', { a: '' }],
]

const values: Change[] = [
  ['an enum value added', object({ a: { enum: ['x'] } }), object({ a: { enum: ['x', 'y'] } }), 'backward', 'a', { a: 'y' }],
  ['an enum value removed', object({ a: { enum: ['x', 'y'] } }), object({ a: { enum: ['x'] } }), 'forward', 'a', { a: 'y' }],
  ['an enum value renamed', object({ a: { enum: ['x'] } }), object({ a: { enum: ['y'] } }), 'none', 'a', { a: 'x' }],
  ['an enum in another order', object({ a: { enum: ['x', 'y'] } }), object({ a: { enum: ['y', 'x'] } }), 'full'],
  ['an enum put on a free text', object({ a: text }), object({ a: { enum: ['x'] } }), 'forward', 'a', { a: 'y' }],
  ['an enum opened to a free text', object({ a: { enum: ['x'] } }), object({ a: text }), 'backward', 'a', { a: 'y' }],
  ['a const that is the only enum value', object({ a: { const: 'x' } }), object({ a: { enum: ['x'] } }), 'full'],
  ['another const', object({ a: { const: 1 } }), object({ a: { const: 2 } }), 'none', 'a', { a: 1 }],
  ['a type changed', object({ a: text }), object({ a: whole }), 'none', 'a', { a: '' }],
  ['a type widened: integer to number', object({ a: whole }), object({ a: { type: 'number' } }), 'backward', 'a', { a: 1.5 }],
  ['a type narrowed: number to integer', object({ a: { type: 'number' } }), object({ a: whole }), 'forward', 'a', { a: 1.5 }],
  ['null allowed', object({ a: text }), object({ a: { type: ['string', 'null'] } }), 'backward', 'a', { a: null }],
  ['null no longer allowed', object({ a: { type: ['string', 'null'] } }), object({ a: text }), 'forward', 'a', { a: null }],
  ['a type list of one', object({ a: text }), object({ a: { type: ['string'] } }), 'full'],
  ['a single value become a list', object({ a: text }), object({ a: { type: 'array', items: text } }), 'none', 'a', { a: '' }],
]

const bounds: Change[] = [
  ['minimum raised', object({ a: { ...whole, minimum: 0 } }), object({ a: { ...whole, minimum: 1 } }), 'forward', 'a', { a: 0 }],
  ['minimum lowered', object({ a: { ...whole, minimum: 1 } }), object({ a: { ...whole, minimum: 0 } }), 'backward', 'a', { a: 0 }],
  ['minimum put on', object({ a: whole }), object({ a: { ...whole, minimum: 0 } }), 'forward', 'a', { a: -1 }],
  ['maximum lowered', object({ a: { ...whole, maximum: 9 } }), object({ a: { ...whole, maximum: 8 } }), 'forward', 'a', { a: 9 }],
  ['maximum taken off', object({ a: { ...whole, maximum: 9 } }), object({ a: whole }), 'backward', 'a', { a: 10 }],
  ['exclusiveMinimum for minimum, same whole numbers', object({ a: { ...whole, minimum: 1 } }), object({ a: { ...whole, exclusiveMinimum: 0 } }), 'full'],
  ['exclusiveMinimum for minimum, with fractions', object({ a: { type: 'number', minimum: 0 } }), object({ a: { type: 'number', exclusiveMinimum: 0 } }), 'forward', 'a', { a: 0 }],
  ['exclusiveMaximum widened', object({ a: { type: 'number', exclusiveMaximum: 1 } }), object({ a: { type: 'number', maximum: 1 } }), 'backward', 'a', { a: 1 }],
  ['multipleOf coarser', object({ a: { ...whole, multipleOf: 5 } }), object({ a: { ...whole, multipleOf: 10 } }), 'forward', 'a', { a: 5 }],
  ['multipleOf finer', object({ a: { ...whole, multipleOf: 10 } }), object({ a: { ...whole, multipleOf: 5 } }), 'backward', 'a', { a: 5 }],
  ['multipleOf 1 for whole numbers', object({ a: whole }), object({ a: { ...whole, multipleOf: 1 } }), 'full'],
  ['minLength raised', object({ a: text }), object({ a: { ...text, minLength: 1 } }), 'forward', 'a', { a: '' }],
  ['maxLength raised', object({ a: { ...text, maxLength: 1 } }), object({ a: { ...text, maxLength: 2 } }), 'backward', 'a', { a: 'xx' }],
  ['pattern put on', object({ a: text }), object({ a: { ...text, pattern: '^x' } }), 'forward', 'a', { a: 'y' }],
  ['pattern taken off', object({ a: { ...text, pattern: '^x' } }), object({ a: text }), 'backward', 'a', { a: 'y' }],
  ['pattern changed', object({ a: { ...text, pattern: '^x' } }), object({ a: { ...text, pattern: '^y' } }), 'none', 'a', { a: 'x' }],
  ['enum for a pattern that all its values follow', object({ a: { enum: ['xa', 'xb'] } }), object({ a: { ...text, pattern: '^x' } }), 'backward', 'a', { a: 'xc' }],
  ['format put on', object({ a: text }), object({ a: { ...text, format: 'uuid' } }), 'forward', 'a', { a: 'x' }],
  ['format taken off', object({ a: { ...text, format: 'email' } }), object({ a: text }), 'backward', 'a', { a: 'x' }],
  ['format changed', object({ a: { ...text, format: 'date' } }), object({ a: { ...text, format: 'date-time' } }), 'none', 'a', { a: '2026-01-01' }],
]

const list = (items: Schema, more: SchemaObject = {}) => ({ type: 'array', items, ...more })

const nested: Change[] = [
  ['an optional property added inside', object({ a: object({ b: text }) }), object({ a: object({ b: text, 'c?': text }) }), 'full'],
  ['a required property added inside', object({ a: object({ b: text }) }), object({ a: object({ b: text, c: text }) }), 'forward', 'a.c', { a: { b: '' } }],
  ['narrowed inside', object({ a: object({ b: text }) }), object({ a: object({ b: { ...text, maxLength: 3 } }) }), 'forward', 'a.b', { a: { b: 'long' } }],
  ['an item widened', object({ a: list(whole) }), object({ a: list({ type: 'number' }) }), 'backward', 'a[]', { a: [0.5] }],
  ['a property of an item removed', object({ a: list(object({ b: text, c: text })) }), object({ a: list(object({ b: text })) }), 'backward', 'a[].c', { a: [{ b: '' }] }],
  ['minItems raised', object({ a: list(text) }), object({ a: list(text, { minItems: 1 }) }), 'forward', 'a', { a: [] }],
  ['maxItems raised', object({ a: list(text, { maxItems: 1 }) }), object({ a: list(text, { maxItems: 2 }) }), 'backward', 'a', { a: ['', ''] }],
  ['uniqueItems put on', object({ a: list(text) }), object({ a: list(text, { uniqueItems: true }) }), 'forward', 'a', { a: ['', ''] }],
  ['uniqueItems of at most one', object({ a: list(text, { maxItems: 1 }) }), object({ a: list(text, { maxItems: 1, uniqueItems: true }) }), 'full'],
  ['an item at a fixed place changed', object({ a: { type: 'array', prefixItems: [text, whole], items: false } }), object({ a: { type: 'array', prefixItems: [text, text], items: false } }), 'none', 'a[1]', { a: ['', 1] }],
  ['a place more', object({ a: { type: 'array', prefixItems: [text], items: false } }), object({ a: { type: 'array', prefixItems: [text, text], items: false } }), 'backward', 'a[1]', { a: ['', ''] }],
  ['a map whose values are widened', object({}, { additionalProperties: whole }), object({}, { additionalProperties: { type: 'number' } }), 'backward', '*', { x: 0.5 }],
  ['a map closed', object({}, { additionalProperties: whole }), object({}), 'full'],
  ['a closed object opened to a map', object({ 'a?': text }), object({ 'a?': text }, { additionalProperties: whole }), 'full'],
  ['a property taken out of a map of another type', object({ 'a?': text }, { additionalProperties: whole }), object({}, { additionalProperties: whole }), 'none', 'a', { a: '' }],
  ['names narrowed', object({}, { additionalProperties: whole }), object({}, { additionalProperties: whole, propertyNames: { pattern: '^x' } }), 'forward', '(the data)', { y: 1 }],
  ['maxProperties lowered', object({}, { additionalProperties: whole, maxProperties: 3 }), object({}, { additionalProperties: whole, maxProperties: 2 }), 'forward', '(the data)', { a: 1, b: 2, c: 3 }],
]

const choices: Change[] = [
  ['oneOf as it was', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('x'), one('y')] } }), 'full'],
  ['oneOf in another order', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('y'), one('x')] } }), 'full'],
  ['a branch added', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('x'), one('y'), one('z')] } }), 'backward', 'a.kind', { a: { kind: 'z' } }],
  ['a branch removed', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('x')] } }), 'forward', 'a.kind', { a: { kind: 'y' } }],
  ['a branch with a property more', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('x', { b: text }), one('y')] } }), 'forward', 'a.b', { a: { kind: 'x' } }],
  ['a branch with an optional property more', object({ a: { oneOf: [one('x'), one('y')] } }), object({ a: { oneOf: [one('x', { 'b?': text }), one('y')] } }), 'full'],
  ['a single shape become one of two', object({ a: one('x') }), object({ a: { oneOf: [one('x'), one('y')] } }), 'backward', 'a.kind', { a: { kind: 'y' } }],
  ['anyOf widened', object({ a: { anyOf: [text, whole] } }), object({ a: { anyOf: [text, whole, { type: 'null' }] } }), 'backward', 'a', { a: null }],
  ['anyOf for a list of types', object({ a: { type: ['string', 'integer'] } }), object({ a: { anyOf: [whole, text] } }), 'full'],
  ['oneOf by type for a list of types', object({ a: { type: ['string', 'null'] } }), object({ a: { oneOf: [text, { type: 'null' }] } }), 'full'],
  ['allOf narrowed', object({ a: { allOf: [text] } }), object({ a: { allOf: [text, { maxLength: 3 }] } }), 'forward', 'a', { a: 'long' }],
  ['allOf taken apart', object({ a: { allOf: [text, { maxLength: 3 }] } }), object({ a: { ...text, maxLength: 3 } }), 'full'],
  ['a definition for the same in place', { ...object({ a: { $ref: '#/$defs/t' } }), $defs: { t: text } }, object({ a: text }), 'full'],
  ['a definition narrowed', { ...object({ a: { $ref: '#/$defs/t' } }), $defs: { t: text } }, { ...object({ a: { $ref: '#/$defs/t' } }), $defs: { t: { ...text, minLength: 1 } } }, 'forward', 'a', { a: '' }],
  ['a definition that contains itself', tree(text), tree({ ...text, minLength: 1 }), 'forward', 'name', { name: '' }],
  ['a condition as it was', object({ a: text }, { if: { required: ['a'] }, then: { minProperties: 1 } }), object({ a: text }, { if: { required: ['a'] }, then: { minProperties: 1 } }), 'full'],
  ['a condition changed', object({ a: text }, { if: { required: ['a'] }, then: { minProperties: 1 } }), object({ a: text }, { if: { required: ['a'] }, then: { minProperties: 2 } }), 'none', '(the data)'],
  ['not put on', object({ a: text }), object({ a: { ...text, not: { const: 'x' } } }), 'forward', 'a', { a: 'x' }],
  ['not put on where it is so anyway', object({ a: { enum: ['y'] } }), object({ a: { enum: ['y'], not: { const: 'x' } } }), 'full'],
]

function tree(name: Schema): Schema {
  return { $ref: '#/$defs/node', $defs: { node: object({ name, 'children?': list({ $ref: '#/$defs/node' }) }) } }
}

describe.each(Object.entries({ properties, values, bounds, nested, choices }))('a change of %s', (_kind, changes) => {
  it.each(changes)('%s', (_what, released, edited, expected, field, witness) => {
    const { compatibility, backward, forward } = judge(released, edited)
    expect({ compatibility, backward, forward }).toMatchObject({ compatibility: expected })
    const mirrored = { full: 'full', none: 'none', backward: 'forward', forward: 'backward' }[expected]
    expect(judge(edited, released).compatibility).toBe(mirrored)
    if (field !== undefined) expect([...backward, ...forward].map((found) => found.field)).toContain(field)
    if (witness === undefined) return
    const [writer, reader] = backward.length > 0 ? [released, edited] : [edited, released]
    const tolerant = tolerantSchema(reader) as Schema
    expect([accepts(writer, witness, writer), accepts(tolerant, witness, tolerant)]).toEqual([true, false])
  })
})

it('a choice that only unknown properties tell apart is refused even unchanged: consumers could not choose', () => {
  const schema = { oneOf: [object({ a: text }), object({ a: text, b: text })] }
  expect(judge(schema, schema).backward).toEqual([expect.objectContaining({ keyword: 'oneOf', pointer: '/oneOf/1' })])
})

it('a break names the field by JSON pointer, and what is to be', () => {
  const { backward } = judge(object({ 'a/b': object({ 'c?': text }) }), object({ 'a/b': object({ c: text }) }))
  expect(backward).toEqual([{ pointer: '/properties/a~1b/properties/c', field: 'a/b.c', keyword: 'required', may: 'leave it out', must: 'have it' }])
})
