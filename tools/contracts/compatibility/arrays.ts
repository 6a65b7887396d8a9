import { breakAt, type Break, type Place, within } from './place.ts'
import type { Schema, SchemaObject } from './schema.ts'
import { sizeBreaks } from './strings.ts'

type Compare = (writer: Schema, reader: Schema, place: Place) => Break[]

/** Number and kind of items, those at a fixed place and the rest. */
export function arrayBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  const known = writer.items === false ? { most: writer.prefixItems?.length ?? 0 } : {}
  const found = sizeBreaks(writer, reader, place, ['minItems', 'maxItems', 'items'], known)
  if (reader['uniqueItems'] === true && writer['uniqueItems'] !== true && most(writer) > 1) {
    found.push(breakAt(place, 'uniqueItems', 'have the same item twice', 'have each item once'))
  }
  const fixed = Math.max(writer.prefixItems?.length ?? 0, reader.prefixItems?.length ?? 0)
  for (let i = 0; i < Math.min(fixed, most(writer)); i += 1) {
    found.push(...compare(itemAt(writer, i), itemAt(reader, i), within(place, 'prefixItems', String(i))))
  }
  if (most(writer) > fixed) found.push(...compare(writer.items ?? true, reader.items ?? true, within(place, 'items')))
  return found
}

function itemAt(schema: SchemaObject, index: number): Schema {
  return schema.prefixItems?.[index] ?? schema.items ?? true
}

function most(schema: SchemaObject): number {
  return (schema['maxItems'] as number | undefined) ?? Infinity
}
