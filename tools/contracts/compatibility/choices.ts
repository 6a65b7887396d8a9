import { tolerantSchema } from '../../../libs/contracts/src/tolerant-schema.ts'
import { areDisjoint } from './disjoint.ts'
import { breakAt, type Break, type Place, within } from './place.ts'
import { isSame, type Schema, type SchemaObject } from './schema.ts'

type Compare = (writer: Schema, reader: Schema, place: Place) => Break[]

/** `anyOf`, `oneOf`, `not`, and those conditions that are judged only as a whole. */
export function choiceBreaks(writer: SchemaObject, reader: SchemaObject, place: Place, compare: Compare): Break[] {
  return [
    ...anyBreaks(writer, reader, place, compare),
    ...oneBreaks(writer, reader, place, compare),
    ...notBreaks(writer, reader, place),
    ...unjudgedBreaks(writer, reader, place),
  ]
}

function anyBreaks(writer: SchemaObject, { anyOf }: SchemaObject, place: Place, compare: Compare): Break[] {
  if (anyOf === undefined) return []
  return closest(anyOf.map((branch, i) => compare(writer, branch, within(place, 'anyOf', String(i)))))
}

/** Exactly one branch: one takes all of the writer's data, and none of the others takes any of it. */
function oneBreaks(writer: SchemaObject, { oneOf }: SchemaObject, place: Place, compare: Compare): Break[] {
  if (oneOf === undefined) return []
  const tries = oneOf.map((branch, i) => compare(writer, branch, within(place, 'oneOf', String(i))))
  const taken = tries.findIndex((found) => found.length === 0)
  if (taken === -1) return closest(tries)
  return oneOf.flatMap((branch, i) => {
    if (i === taken || areDisjoint(writer, branch, place)) return []
    return [breakAt(within(place, 'oneOf', String(i)), 'oneOf', `fit branch ${taken} and this one at once, unknown properties allowed`, 'fit one branch only: tell them apart by a required property with a const')]
  })
}

/** The branch that comes nearest says best what is wrong. */
function closest(tries: Break[][]): Break[] {
  return tries.reduce((best, found) => (found.length < best.length ? found : best))
}

function notBreaks(writer: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  const { not } = reader
  if (not === undefined || (isSame(not, writer['not']) && !closes(not)) || areDisjoint(writer, not as Schema, place)) return []
  return [breakAt(place, 'not', 'be what it excludes', 'not be that')]
}

/** Keywords that only an equal one on the writer's side is known to fulfil. */
const AS_A_WHOLE = [
  ['if', 'then', 'else'], ['contains', 'minContains', 'maxContains'], ['dependentRequired'], ['dependentSchemas'], ['unevaluatedProperties'],
  ['unevaluatedItems'], ['$dynamicRef'],
] as const

function unjudgedBreaks(writer: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  return AS_A_WHOLE.flatMap(([keyword, ...more]) => {
    if (reader[keyword] === undefined) return []
    const isEqual = [keyword, ...more].every((name) => isSame(tolerantSchema(writer[name]), reader[name]))
    // A condition that closes objects means another thing where unknown properties are allowed.
    if (isEqual && !['if', 'contains'].some((name) => keyword === name && closes(writer[name]))) return []
    return [breakAt(place, keyword, `break ${keyword} as far as can be told`, `keep ${keyword} as it was, for it is compared only as a whole`)]
  })
}

function closes(schema: unknown): boolean {
  return /"(additional|unevaluated)Properties":false/.test(JSON.stringify(schema))
}
