/** A JSON Schema 2020-12 as far as it is judged here; other keywords are compared as they stand. */
export interface SchemaObject {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
}

export type Schema = SchemaObject | boolean

/** What describes and does not decide. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema', '$id', '$comment', '$anchor', '$defs', 'title', 'description', 'examples', 'default', 'deprecated', 'readOnly',
  'writeOnly', 'contentEncoding', 'contentMediaType', 'contentSchema', 'x-message', 'x-personal',
])

/** JSON's types, with numbers told apart: a whole one is `integer`, any other `fraction`. */
const TYPES = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'fraction'] as const
export type JsonType = (typeof TYPES)[number]

export function typesOf({ type }: SchemaObject): ReadonlySet<JsonType> {
  if (type === undefined) return new Set(TYPES)
  const named = typeof type === 'string' ? [type] : type
  return new Set(named.flatMap((name) => (name === 'number' ? ['integer', 'fraction'] : [name])) as JsonType[])
}

/** The same as JSON Schema names them: `number` for both kinds of number. */
export function typeNamesOf(schema: SchemaObject): string[] {
  const types = typesOf(schema)
  const names: string[] = [...types].filter((type) => type !== 'fraction' && !(type === 'integer' && types.has('fraction')))
  return types.has('fraction') ? [...names, 'number'] : names
}

/** The values that a schema lists with `const` or `enum`; undefined when it lists none. */
export function valuesOf(schema: SchemaObject): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const]
  return schema.enum
}

/** Follows `#/$defs/...` in `root`. Only references into the same document are judged. */
export function target(reference: string, root: Schema): Schema {
  let place: unknown = root
  for (const name of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    place = (place as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  if (!reference.startsWith('#') || place === undefined) throw new Error(`The reference ${reference} leads out of the schema or nowhere.`)
  return place as Schema
}

/** Equal as JSON, whatever the order of names. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
