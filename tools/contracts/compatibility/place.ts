import type { Schema } from './schema.ts'

/** Where the comparison stands. */
export interface Place {
  /** Segments of the JSON pointer into the schema: `properties`, `customer`, ... */
  readonly path: readonly string[]
  readonly writerRoot: Schema
  readonly readerRoot: Schema
  /** Pairs under comparison further up: a schema that contains itself is compared once. */
  readonly open: ReadonlyArray<readonly [Schema, Schema]>
}

/** One reason why the writer's data may be refused by the reader. */
export interface Break {
  /** JSON pointer into schema.json: `/properties/customer/properties/email`. */
  readonly pointer: string
  /** The same as people say it: `customer.email`, `checks[].rule`; `(the data)` at the top. */
  readonly field: string
  /** The keyword of the reader that refuses. */
  readonly keyword: string
  /** What the writer's data may do, after "may": `be left out`. */
  readonly may: string
  /** What the reader demands, after "must": `be there`. */
  readonly must: string
}

export function within(place: Place, ...segments: string[]): Place {
  return { ...place, path: [...place.path, ...segments] }
}

export function breakAt({ path }: Place, keyword: string, may: string, must: string): Break {
  const pointer = path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return { pointer, field: fieldOf(path), keyword, may, must }
}

function fieldOf(path: readonly string[]): string {
  let field = ''
  for (let i = 0; i < path.length; i += 1) {
    const segment = path[i]
    if (segment === 'properties' || segment === 'patternProperties') field += `.${path[(i += 1)]}`
    else if (segment === 'items') field += '[]'
    else if (segment === 'prefixItems') field += `[${path[(i += 1)]}]`
    else if (segment === 'additionalProperties') field += '.*'
    else if (segment === 'oneOf' || segment === 'anyOf' || segment === 'allOf') i += 1
  }
  return field.replace(/^\./, '') || '(the data)'
}
