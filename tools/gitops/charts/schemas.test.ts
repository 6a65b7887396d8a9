import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { repositoryRoot } from '../../runtime/repository.ts'

interface Schema { description?: string, type?: string, properties?: Record<string, Schema>, additionalProperties?: boolean | Schema, items?: Schema }

const charts = ['prep-service', 'prep-dapr']
/** Values that are Helm's, and have no default of ours. */
const helms = ['global', 'prep-lib']

function* everySchema(schema: Schema, path: string): Generator<[string, Schema]> {
  yield [path, schema]
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* everySchema(property, `${path}.${name}`)
  if (typeof schema.additionalProperties === 'object') yield* everySchema(schema.additionalProperties, `${path}.*`)
  if (schema.items !== undefined) yield* everySchema(schema.items, `${path}[]`)
}

/** The names of all values, where both sides name them. */
function paths(schema: Schema, value: unknown, path = ''): { undocumented: string[], withoutDefault: string[] } {
  if (schema.properties === undefined || typeof value !== 'object' || value === null) return { undocumented: [], withoutDefault: [] }
  const known = Object.keys(schema.properties).filter((name) => path !== '' || !helms.includes(name))
  const found = { undocumented: Object.keys(value).filter((name) => !known.includes(name)), withoutDefault: known.filter((name) => !(name in value)) }
  const deeper = known.map((name) => paths(schema.properties?.[name] ?? {}, (value as Record<string, unknown>)[name], `${path}${name}.`))
  return {
    undocumented: [...found.undocumented.map((name) => path + name), ...deeper.flatMap(({ undocumented }) => undocumented)],
    withoutDefault: [...found.withoutDefault.map((name) => path + name), ...deeper.flatMap(({ withoutDefault }) => withoutDefault)],
  }
}

describe.each(charts)('%s', (chart) => {
  const schema = JSON.parse(readFileSync(join(repositoryRoot, 'charts', chart, 'values.schema.json'), 'utf8')) as Schema
  const values: unknown = parse(readFileSync(join(repositoryRoot, 'charts', chart, 'values.yaml'), 'utf8'))

  test('says of every value what it means', () => {
    const silent = [...everySchema(schema, chart)].filter(([, { description = '' }]) => !/\w.*[.:]$/.test(description)).map(([path]) => path)
    expect(silent).toEqual([])
  })

  test('knows no value but those that it describes', () => {
    const open = [...everySchema(schema, chart)].filter(([path, one]) => one.type === 'object' && path !== `${chart}.prep-lib` && (one.additionalProperties ?? true) === true)
    expect(open.map(([path]) => path)).toEqual([])
  })

  test('describes all that values.yaml sets, and sets all that it describes', () => {
    expect(paths(schema, values)).toEqual({ undocumented: [], withoutDefault: [] })
  })
})
