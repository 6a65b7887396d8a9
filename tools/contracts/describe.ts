import type { CatalogueEntry } from './catalogue.ts'
import { type Schema, type SchemaObject, target, valuesOf } from './compatibility/schema.ts'

/** One field of a contract's data as a person reads it. */
export interface FieldLine {
  /** `customer.email`, `checks[].rule` */
  readonly field: string
  /** `string (email), 1 to 254 characters` */
  readonly what: string
  readonly isRequired: boolean
  readonly isPersonal: boolean
  readonly description: string
}

/** All fields of a contract, outer before inner. */
export function fieldsOf({ schema }: Pick<CatalogueEntry, 'schema'>): FieldLine[] {
  return inside(schema, '', schema, 0)
}

function inside(schema: Schema, prefix: string, root: Schema, depth: number): FieldLine[] {
  const object = followed(schema, root)
  const required = new Set(object.required)
  const named = Object.entries(object.properties ?? {}).flatMap(([name, part]) => {
    const own = followed(part, root)
    const line: FieldLine = {
      field: `${prefix}${name}`, what: inWords(own), isRequired: required.has(name), isPersonal: own['x-personal'] === true,
      description: (own['description'] as string | undefined) ?? '',
    }
    return [line, ...(depth < 6 ? inside(own, `${prefix}${name}.`, root, depth + 1) : [])]
  })
  const items = object.items === undefined ? [] : inside(object.items, `${prefix.replace(/\.$/, '')}[].`, root, depth + 1)
  return [...named, ...items]
}

function followed(schema: Schema, root: Schema): SchemaObject {
  if (typeof schema === 'boolean') return {}
  return schema.$ref === undefined ? schema : { ...followed(target(schema.$ref, root), root), ...schema }
}

function inWords(schema: SchemaObject): string {
  const values = valuesOf(schema)
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  const type = schema.type === undefined ? (schema.oneOf ?? schema.anyOf ? 'one of several' : 'anything') : [schema.type].flat().join(' or ')
  const format = schema['format'] ?? schema['pattern']
  return [`${type}${format === undefined ? '' : ` (${format as string})`}`, ...LIMITS.flatMap((words) => words(schema))].join(', ')
}

const LIMITS = [
  range('minimum', 'maximum', ''), range('minLength', 'maxLength', ' characters'), range('minItems', 'maxItems', ' items'),
]

function range(low: string, high: string, unit: string): (schema: SchemaObject) => string[] {
  return (schema) => {
    const [from, to] = [schema[low], schema[high]] as [number | undefined, number | undefined]
    const safe = to === Number.MAX_SAFE_INTEGER ? undefined : to
    if (from !== undefined && safe !== undefined) return [`${from} to ${safe}${unit}`]
    if (from !== undefined) return [`at least ${from}${unit}`]
    return safe === undefined ? [] : [`at most ${safe}${unit}`]
  }
}
