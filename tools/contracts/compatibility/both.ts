import { isSame, type Schema, type SchemaObject, typesOf } from './schema.ts'

/**
 * A schema that allows all that `a` and `b` both allow, and perhaps more: what cannot be put together is left out. Right for
 * the writer's side, where allowing too much can only refuse a change that would have done no harm.
 */
export function both(a: Schema, b: Schema): Schema {
  if (a === true) return b
  if (b === true) return a
  if (a === false || b === false) return false
  const merged: Record<string, unknown> = { ...a }
  for (const [keyword, value] of Object.entries(b)) {
    merged[keyword] = keyword in a ? together(keyword, a, b) : value
  }
  return isEmpty(merged['type']) || isEmpty(merged['enum']) ? false : merged
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0
}

function together(keyword: string, a: SchemaObject, b: SchemaObject): unknown {
  const [own, value] = [a[keyword], b[keyword]]
  if (isSame(own, value)) return own
  if (keyword === 'type') return typeNames(own as SchemaObject['type'], value as SchemaObject['type'])
  if (keyword === 'required') return [...new Set([...(own as string[]), ...(value as string[])])]
  if (keyword === 'allOf') return [...(own as Schema[]), ...(value as Schema[])]
  if (keyword === 'enum') return (own as unknown[]).filter((one) => (value as unknown[]).some((other) => isSame(one, other)))
  if (keyword === 'additionalProperties') return both(own as Schema, value as Schema)
  // With other items at fixed places, the rest begins elsewhere.
  if (keyword === 'items') return a.prefixItems === undefined || b.prefixItems === undefined || isSame(a.prefixItems, b.prefixItems) ? both(own as Schema, value as Schema) : own
  if (keyword === 'properties' || keyword === 'patternProperties') return namesTogether(own as Named, value as Named)
  if (/^(minimum|exclusiveMinimum|min[A-Z]\w*)$/.test(keyword)) return Math.max(own as number, value as number)
  if (/^(maximum|exclusiveMaximum|max[A-Z]\w*)$/.test(keyword)) return Math.min(own as number, value as number)
  return own
}

type Named = Readonly<Record<string, Schema>>

function namesTogether(a: Named, b: Named): Named {
  const shared = Object.keys(b).filter((name) => Object.hasOwn(a, name))
  return { ...a, ...b, ...Object.fromEntries(shared.map((name) => [name, both(a[name] as Schema, b[name] as Schema)])) }
}

function typeNames(a: SchemaObject['type'], b: SchemaObject['type']): string[] {
  const other = typesOf({ type: b as string })
  const shared = [...typesOf({ type: a as string })].filter((type) => other.has(type))
  return shared.includes('fraction') ? [...shared.filter((type) => type !== 'integer' && type !== 'fraction'), 'number'] : shared
}
