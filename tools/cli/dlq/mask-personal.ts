interface Schema {
  readonly 'x-personal'?: boolean
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
}

const MASK = '[personal]'

/** The data with every field masked that its contract marks `x-personal`, and every field that the contract does not know. */
export function maskPersonal(schema: Schema, data: unknown): unknown {
  if (data === null || data === undefined) return data
  if (schema['x-personal'] === true) return MASK
  if (Array.isArray(data)) return data.map((item) => (schema.items ? maskPersonal(schema.items, item) : MASK))
  if (typeof data !== 'object') return data
  const entries = Object.entries(data).map(([name, value]): [string, unknown] => {
    const property = schema.properties?.[name]
    return [name, property ? maskPersonal(property, value) : MASK]
  })
  return Object.fromEntries(entries)
}
