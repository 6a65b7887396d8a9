import { parseAllDocuments } from 'yaml'
import { asResource, schemaFile, type JsonSchema } from './json-schema.ts'

interface Definition {
  readonly kind?: string
  readonly spec?: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: ReadonlyArray<{ readonly name: string, readonly schema?: { readonly openAPIV3Schema?: JsonSchema } }>
  }
}

/** Strict JSON schemas of custom resources, by file name, from the text of their definitions. */
export function customResourceSchemas(text: string): Map<string, JsonSchema> {
  const files = new Map<string, JsonSchema>()
  for (const document of parseAllDocuments(text)) {
    const { kind, spec } = (document.toJS() ?? {}) as Definition
    if (kind !== 'CustomResourceDefinition' || spec === undefined) continue
    for (const { name, schema } of spec.versions) {
      const known = { group: spec.group, version: name, kind: spec.names.kind }
      const { properties, ...rest } = strictly(schema?.openAPIV3Schema ?? {})
      files.set(schemaFile(known), asResource({ ...rest, properties: { ...properties, metadata: { type: 'object' } } }, known))
    }
  }
  return files
}

/** Structural schemas say in words of their own what an integer or a string is, and what may be free of form. */
function strictly(schema: JsonSchema): JsonSchema {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] }
  const { properties, items, additionalProperties, nullable, type, format: _, ...rest } = schema
  const free = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true
  return {
    ...withoutExtensions(rest),
    ...(typeof type !== 'string' ? {} : { type: nullable === true ? [type, 'null'] : type }),
    ...(items === undefined ? {} : { items: strictly(items) }),
    ...(properties === undefined ? {} : { properties: eachStrictly(properties), ...(free ? {} : { additionalProperties: false }) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: strictly(additionalProperties) } : {}),
    ...(additionalProperties === true ? { additionalProperties } : {}),
  }
}

/** Descriptions, defaults and x-kubernetes-* say nothing that a validator reads. */
function withoutExtensions(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !/^(x-|description$|default$|example$|title$)/.test(keyword)))
}

function eachStrictly(properties: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strictly(schema)]))
}
