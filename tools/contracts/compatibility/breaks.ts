import { tolerantSchema } from '../../../libs/contracts/src/tolerant-schema.ts'
import { accepts } from './accepts.ts'
import { arrayBreaks } from './arrays.ts'
import { both } from './both.ts'
import { choiceBreaks } from './choices.ts'
import { numberBreaks } from './numbers.ts'
import { objectBreaks } from './objects.ts'
import { breakAt, type Break, type Place, within } from './place.ts'
import { resolved } from './resolved.ts'
import { type JsonType, type Schema, type SchemaObject, target, typeNamesOf, typesOf, valuesOf } from './schema.ts'
import { stringBreaks } from './strings.ts'

/** Of pairs of schemas under comparison inside one another. */
const DEEPEST = 60

/**
 * Why a consumer with schema `reader` may refuse what a publisher with schema `writer` sends; empty when it never does.
 * Publishers keep to the schema as written, consumers allow unknown properties. Where it cannot be shown that all is well
 * (JSON Schema inclusion is not decidable in general) there is a break: it never says "compatible" for what is not.
 */
export function breaks(writer: Schema, reader: Schema): Break[] {
  const tolerant = tolerantSchema(reader) as Schema
  return unique(compare(writer, tolerant, { path: [], writerRoot: writer, readerRoot: tolerant, open: [] }))
}

function compare(writer: Schema, reader: Schema, place: Place): Break[] {
  if (reader === true || writer === false) return []
  if (reader === false) return [breakAt(place, 'false schema', 'be there', 'not be there')]
  if (place.open.some(([w, r]) => w === writer && r === reader)) return []
  if (place.open.length > DEEPEST) return [breakAt(place, '$ref', 'be nested without end', 'be nested less deeply, to be compared at all')]
  const here: Place = { ...place, open: [...place.open, [writer, reader]] }
  const w = resolved(writer, here.writerRoot)
  if (w === false) return []
  const whole = w === true ? {} : w
  return alternativesOf(whole).flatMap((one) => compareOne(one, reader, here))
}

/** The writer's choices one by one: each of them must do for the reader. */
function alternativesOf(writer: SchemaObject): SchemaObject[] {
  const { anyOf, oneOf, ...rest } = writer
  if (anyOf !== undefined) return anyOf.flatMap((branch) => objectOf(both({ ...rest, ...(oneOf && { oneOf }) }, branch)))
  if (oneOf !== undefined) return oneOf.flatMap((branch) => objectOf(both(rest, branch)))
  return [writer]
}

function objectOf(schema: Schema): SchemaObject[] {
  if (schema === false) return []
  return schema === true ? [{}] : alternativesOf(schema)
}

function compareOne(unresolved: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  const writer = resolved(unresolved, place.writerRoot)
  if (writer === false) return []
  if (writer === true) return compareOne({}, reader, place)
  if (writer.anyOf !== undefined || writer.oneOf !== undefined) return alternativesOf(writer).flatMap((one) => compareOne(one, reader, place))
  const values = valuesOf(writer)
  if (values) return valueBreaks(values.filter((value) => accepts(writer, value, place.writerRoot)), reader, place)
  const types = typeNamesOf(writer)
  if (types.length > 1 && (reader.anyOf ?? reader.oneOf)) return types.flatMap((type) => compareOne({ ...writer, type }, reader, place))
  const found: Break[] = []
  if (reader.$ref !== undefined) found.push(...compare(writer, target(reader.$ref, place.readerRoot), place))
  for (const [i, part] of (reader.allOf ?? []).entries()) found.push(...compare(writer, part, within(place, 'allOf', String(i))))
  const wanted = valuesOf(reader)
  if (wanted) return [...found, breakAt(place, 'enum', 'be any value of its type', `be one of ${wanted.map((value) => JSON.stringify(value)).join(', ')}`)]
  const [writes, reads] = [typesOf(writer), typesOf(reader)]
  const strange = [...writes].filter((type) => !reads.has(type))
  if (strange.length > 0) found.push(breakAt(place, 'type', `be ${inWords(strange)}`, `be ${inWords([...reads])}`))
  const shared = new Set([...writes].filter((type) => reads.has(type)))
  return [...found, ...byType(writer, reader, shared, place), ...choiceBreaks(writer, reader, place, compare)]
}

function byType(writer: SchemaObject, reader: SchemaObject, shared: ReadonlySet<JsonType>, place: Place): Break[] {
  const found: Break[] = []
  if (shared.has('integer') || shared.has('fraction')) found.push(...numberBreaks(writer, reader, place))
  if (shared.has('string')) found.push(...stringBreaks(writer, reader, place))
  if (shared.has('array')) found.push(...arrayBreaks(writer, reader, place, compare))
  if (shared.has('object')) found.push(...objectBreaks(writer, reader, place, compare))
  return found
}

function valueBreaks(values: readonly unknown[], reader: SchemaObject, place: Place): Break[] {
  const refused = values.filter((value) => !accepts(reader, value, place.readerRoot))
  if (refused.length === 0) return []
  const wanted = valuesOf(reader)
  const shown = (list: readonly unknown[]): string => list.map((value) => JSON.stringify(value)).join(' or ')
  const must = wanted ? `be one of ${shown(wanted).replaceAll(' or ', ', ')}` : 'be what its schema allows'
  return [breakAt(place, wanted ? 'enum' : 'type', `be ${shown(refused)}`, must)]
}

function inWords(types: readonly JsonType[]): string {
  const isNumber = types.includes('integer') && types.includes('fraction')
  const words = types.filter((type) => !(isNumber && type === 'fraction')).map((type) => (type === 'integer' && isNumber ? 'number' : type === 'fraction' ? 'a number with a fraction' : type))
  return words.length === 7 - 1 && isNumber ? 'anything' : words.join(' or ')
}

function unique(found: readonly Break[]): Break[] {
  return [...new Map(found.map((one) => [JSON.stringify([one.pointer, one.keyword, one.may, one.must]), one])).values()]
}
