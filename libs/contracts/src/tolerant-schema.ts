/** Keywords whose value maps names to schemas: their keys are names, not keywords. */
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])
/** Keywords whose value is plain data and is copied as it is. */
const PLAIN_DATA = new Set(['const', 'enum', 'default', 'examples', 'required', 'x-message'])
/** Keywords that refuse what the schema does not name. */
const CLOSING = new Set(['additionalProperties', 'unevaluatedProperties'])

/**
 * A copy of a JSON Schema that allows unknown properties at every depth; all else stays as strict.
 * A consumer validates with it, so that a new optional field does not break one that is a deploy behind.
 */
export function tolerantSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(tolerantSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const open = Object.entries(schema)
    .filter(([keyword, value]) => !(CLOSING.has(keyword) && value === false))
    .map(([keyword, value]) => [keyword, tolerantKeyword(keyword, value)])
  return Object.fromEntries(open)
}

function tolerantKeyword(keyword: string, value: unknown): unknown {
  if (PLAIN_DATA.has(keyword)) return value
  if (!MAPS_OF_SCHEMAS.has(keyword)) return tolerantSchema(value)
  return Object.fromEntries(Object.entries(value as object).map(([name, child]) => [name, tolerantSchema(child)]))
}
