interface Schema {
  'x-personal'?: boolean
  properties?: Record<string, Schema>
  items?: Schema
}

/**
 * Names of the fields that contracts mark `x-personal`, the outermost where marks are nested: `customer` hides the name
 * inside it, while a kitchen's name stays readable.
 */
export function personalFields(contracts: Iterable<{ schema: object }>): Set<string> {
  const names = new Set<string>()
  for (const { schema } of contracts) collect(schema as Schema, names)
  return names
}

function collect(schema: Schema, names: Set<string>): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property['x-personal']) names.add(name)
    else collect(property, names)
  }
  if (schema.items) collect(schema.items, names)
}
