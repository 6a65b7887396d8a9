interface Schema {
  readonly 'x-personal'?: boolean
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
}

/**
 * A copy of a message's data without the values that its contract marks `x-personal`: histories are kept
 * long and read by operators, and no decision may rest on such a value.
 */
export function withoutPersonalData(schema: object, data: unknown): unknown {
  return strip(schema as Schema, data)
}

function strip(schema: Schema | undefined, value: unknown): unknown {
  if (schema?.['x-personal'] === true) return '[personal]'
  if (Array.isArray(value)) return value.map(item => strip(schema?.items, item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, strip(schema?.properties?.[name], each)]))
}
