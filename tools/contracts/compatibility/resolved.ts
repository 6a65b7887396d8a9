import { both } from './both.ts'
import { type Schema, target } from './schema.ts'

/** A schema with its reference followed and its `allOf` put together as far as `both` can: never narrower than it was. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (typeof schema === 'boolean') return schema
  const { $ref, allOf, ...rest } = schema
  if ($ref === undefined && allOf === undefined) return schema
  const parts: Schema[] = [rest, ...($ref === undefined ? [] : [target($ref, root)]), ...(allOf ?? [])]
  return parts.map((part) => resolved(part, root)).reduce(both)
}
