import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Schema, SchemaObject } from './schema.ts'

const ajv = new Ajv2020({ strict: false, logger: false, allErrors: false, addUsedSchema: false })
addFormats.default(ajv)

const compiled = new WeakMap<SchemaObject, { root: Schema, validate: ValidateFunction }>()

/** Whether a schema accepts a value as it stands; references are looked up in `root`. Throws when the schema is none. */
export function accepts(schema: Schema, value: unknown, root: Schema): boolean {
  if (typeof schema === 'boolean') return schema
  const known = compiled.get(schema)
  if (known?.root === root) return known.validate(value)
  const $defs = typeof root === 'object' ? { ...root.$defs, ...schema.$defs } : schema.$defs
  const whole = { ...schema, $id: undefined, $defs }
  const validate = ajv.compile(whole)
  ajv.removeSchema(whole)
  compiled.set(schema, { root, validate })
  return validate(value)
}
