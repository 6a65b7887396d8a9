import { accepts } from './accepts.ts'
import { both } from './both.ts'
import { breakAt, type Break, type Place, within } from './place.ts'
import { isSame, type Schema, type SchemaObject } from './schema.ts'
import { sizeBreaks } from './strings.ts'

type Compare = (writer: Schema, reader: Schema, place: Place) => Break[]

/** What must be there, and what each property may be. */
export function objectBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  return [
    ...requiredBreaks(writer, reader, place),
    ...sizeBreaks(writer, reader, place, ['minProperties', 'maxProperties', 'properties'], knownSize(writer)),
    ...propertyBreaks(writer, reader, place, compare),
    ...patternBreaks(writer, reader, place, compare),
    ...additionalBreaks(writer, reader, place, compare),
    ...nameBreaks(writer, reader, place, compare),
  ]
}

/** What the writer may put under a name; false when it never does. */
export function propertyOf(schema: SchemaObject, name: string): Schema {
  const own = Object.hasOwn(schema.properties ?? {}, name) ? [schema.properties?.[name] as Schema] : []
  const byPattern = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => new RegExp(pattern, 'u').test(name)).map(([, value]) => value)
  const named = [...own, ...byPattern]
  return named.length > 0 ? named.reduce(both) : (schema.additionalProperties ?? true)
}

function requiredBreaks(writer: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  const present = new Set(writer.required)
  const missing = (reader.required ?? []).filter((name) => !present.has(name))
  return missing.map((name) => {
    const may = propertyOf(writer, name) === false ? 'never have it' : 'leave it out'
    return breakAt(within(place, 'properties', name), 'required', may, 'have it')
  })
}

function knownSize({ required, properties, patternProperties, additionalProperties }: SchemaObject): { least: number, most?: number } {
  const isClosed = additionalProperties === false && Object.keys(patternProperties ?? {}).length === 0
  return { least: new Set(required).size, ...(isClosed && { most: Object.keys(properties ?? {}).length }) }
}

function propertyBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  return Object.entries(reader.properties ?? {}).flatMap(([name, wanted]) => compare(propertyOf(writer, name), wanted, within(place, 'properties', name)))
}

function patternBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  return Object.entries(reader.patternProperties ?? {}).flatMap(([pattern, wanted]) => {
    const at = within(place, 'patternProperties', pattern)
    const named = Object.keys(writer.properties ?? {}).filter((name) => new RegExp(pattern, 'u').test(name))
    const byName = named.flatMap((name) => compare(propertyOf(writer, name), wanted, within(place, 'properties', name)))
    // Two patterns may fit the same name: only the same pattern is known to be the same names.
    const byPattern = Object.entries(writer.patternProperties ?? {}).flatMap(([, value]) => compare(value, wanted, at))
    const others = Object.hasOwn(writer.patternProperties ?? {}, pattern) ? [] : compare(writer.additionalProperties ?? true, wanted, at)
    return [...byName, ...byPattern, ...others]
  })
}

function additionalBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  const wanted = reader.additionalProperties ?? true
  if (wanted === true) return []
  const patterns = Object.keys(reader.patternProperties ?? {})
  const isNamed = (name: string): boolean => Object.hasOwn(reader.properties ?? {}, name) || patterns.some((pattern) => new RegExp(pattern, 'u').test(name))
  const extra = Object.keys(writer.properties ?? {}).filter((name) => !isNamed(name))
  const at = within(place, 'additionalProperties')
  return [
    ...extra.flatMap((name) => compare(propertyOf(writer, name), wanted, within(place, 'properties', name))),
    ...Object.entries(writer.patternProperties ?? {}).filter(([pattern]) => !patterns.includes(pattern)).flatMap(([, value]) => compare(value, wanted, at)),
    ...compare(writer.additionalProperties ?? true, wanted, at),
  ]
}

function nameBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  const wanted = reader['propertyNames'] as Schema | undefined
  if (wanted === undefined || isSame(wanted, writer['propertyNames'])) return []
  const isClosed = writer.additionalProperties === false && Object.keys(writer.patternProperties ?? {}).length === 0
  if (!isClosed) return compare(both((writer['propertyNames'] as Schema | undefined) ?? true, { type: 'string' }), wanted, within(place, 'propertyNames'))
  const refused = Object.keys(writer.properties ?? {}).filter((name) => !accepts(wanted, name, place.readerRoot))
  return refused.map((name) => breakAt(within(place, 'properties', name), 'propertyNames', `have the name ${name}`, 'follow propertyNames'))
}
