/** As much of JSON Schema (and of OpenAPI's dialect of it) as the conversions read and write. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: boolean | JsonSchema
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  definitions?: Record<string, JsonSchema>
  nullable?: boolean
  [keyword: string]: unknown
}

export interface GroupVersionKind { readonly group: string, readonly version: string, readonly kind: string }

/** The file of a kind's schema, as kubeconform's `{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json` asks for it. */
export function schemaFile({ group, version, kind }: GroupVersionKind): string {
  return `${group === '' ? version : group}/${kind.toLowerCase()}_${version}.json`
}

/** A resource names its kind and itself; an unknown version of these two is caught here. */
export function asResource(schema: JsonSchema, { group, version, kind }: GroupVersionKind): JsonSchema {
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string', enum: [group === '' ? version : `${group}/${version}`] },
      kind: { type: 'string', enum: [kind] },
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])])],
  }
}
