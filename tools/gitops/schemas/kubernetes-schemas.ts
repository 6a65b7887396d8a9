import { asResource, schemaFile, type GroupVersionKind, type JsonSchema } from './json-schema.ts'

interface Swagger { readonly definitions: Record<string, JsonSchema> }

const prefix = '#/definitions/'

/** Strict JSON schemas of Kubernetes' own kinds, by file name, from the project's OpenAPI document. */
export function kubernetesSchemas(swagger: Swagger): Map<string, JsonSchema> {
  const strict = Object.fromEntries(Object.entries(swagger.definitions).map(([name, schema]) => [name, strictly(schema, name)]))
  const files = new Map<string, JsonSchema>()
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    const kinds = schema['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined
    // A definition of many kinds (DeleteOptions, WatchEvent) is no resource that anybody applies.
    const [kind] = kinds ?? []
    if (kind === undefined || kinds?.length !== 1 || schema.properties?.['metadata'] === undefined) continue
    files.set(schemaFile(kind), { ...asResource(strict[name] ?? {}, kind), definitions: reachable(strict, name) })
  }
  return files
}

/** What a definition refers to, directly or not: each file stands alone. */
function reachable(all: Record<string, JsonSchema>, from: string): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {}
  const visit = (name: string): void => {
    for (const [, next] of JSON.stringify(all[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (next === undefined || next in found) continue
      found[next] = all[next] ?? {}
      visit(next)
    }
  }
  visit(from)
  return found
}

function strictly(schema: JsonSchema, name = ''): JsonSchema {
  if (name.endsWith('.api.resource.Quantity')) return { type: ['string', 'number'] }
  if (name.endsWith('.util.intstr.IntOrString') || schema.format === 'int-or-string') return { type: ['string', 'integer'] }
  if (schema.$ref?.startsWith(prefix) === true) return { $ref: schema.$ref }
  const { properties, items, additionalProperties, required, type, enum: values } = schema
  return {
    ...(type === undefined ? {} : { type }),
    ...(values === undefined ? {} : { enum: values }),
    ...(required === undefined ? {} : { required }),
    ...(items === undefined ? {} : { items: strictly(items) }),
    ...(properties === undefined ? {} : { properties: eachStrictly(properties), additionalProperties: false }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: strictly(additionalProperties) } : {}),
  }
}

function eachStrictly(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strictly(schema)]))
}
