import { breakAt, type Break, type Place } from './place.ts'
import { type SchemaObject, typesOf } from './schema.ts'

/** Bounds and steps of numbers. */
export function numberBreaks(writer: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  const found: Break[] = []
  const [low, high] = [lowest(writer), highest(writer)]
  const bound = (keyword: string, holds: (limit: number) => boolean, may: string, must: string): void => {
    const limit = reader[keyword] as number | undefined
    if (limit !== undefined && !holds(limit)) found.push(breakAt(place, keyword, may, `${must} ${limit}`))
  }
  const down = low.value === -Infinity ? 'be as low as it likes' : `be down to ${low.value}`
  const up = high.value === Infinity ? 'be as high as it likes' : `be up to ${high.value}`
  bound('minimum', (limit) => low.value >= limit, down, 'be at least')
  bound('exclusiveMinimum', (limit) => low.value > limit || (low.value === limit && low.open), down, 'be over')
  bound('maximum', (limit) => high.value <= limit, up, 'be at most')
  bound('exclusiveMaximum', (limit) => high.value < limit || (high.value === limit && high.open), up, 'be under')
  bound('multipleOf', (step) => isStep(writer, step), 'be between the steps', 'be a multiple of')
  return found
}

interface Bound { readonly value: number, readonly open: boolean }

function lowest(schema: SchemaObject): Bound {
  const closed = (schema['minimum'] as number | undefined) ?? -Infinity
  const open = (schema['exclusiveMinimum'] as number | undefined) ?? -Infinity
  const bound = open >= closed && open > -Infinity ? { value: open, open: true } : { value: closed, open: false }
  if (!isWhole(schema) || bound.value === -Infinity) return bound
  return { value: bound.open ? Math.floor(bound.value) + 1 : Math.ceil(bound.value), open: false }
}

function highest(schema: SchemaObject): Bound {
  const { value, open } = lowest({ type: schema.type ?? 'number', ...turned(schema) })
  return { value: -value, open }
}

function turned(schema: SchemaObject): SchemaObject {
  const [closed, open] = [schema['maximum'] as number | undefined, schema['exclusiveMaximum'] as number | undefined]
  return { ...(closed !== undefined && { minimum: -closed }), ...(open !== undefined && { exclusiveMinimum: -open }) }
}

function isWhole(schema: SchemaObject): boolean {
  return !typesOf(schema).has('fraction')
}

function isStep(writer: SchemaObject, step: number): boolean {
  const own = writer['multipleOf'] as number | undefined
  if (own !== undefined && Number.isInteger(own / step)) return true
  return isWhole(writer) && Number.isInteger(1 / step)
}
