import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Contract } from './contract.ts'
import { schemaBroken } from './errors.ts'
import { tolerantSchema } from './tolerant-schema.ts'

/** One way in which data breaks its contract. */
export interface Violation {
  /** JSON pointer into the data, `/customer/email`; for a missing or unknown property it names that property. */
  readonly pointer: string
  readonly message: string
  /** JSON Schema keyword that refused: `required`, `format`, `additionalProperties`, ... */
  readonly keyword: string
}

/** Violations of the contract as it is written; unknown properties are refused. For publishers. Empty when valid. */
export function validateStrict(contract: Contract<unknown>, data: unknown): Violation[] {
  return violations(
    compiled(strict, contract, (schema) => schema),
    data,
  )
}

/** Violations of the contract with unknown properties allowed at every depth. For consumers. Empty when valid. */
export function validateTolerant(contract: Contract<unknown>, data: unknown): Violation[] {
  return violations(
    compiled(tolerant, contract, (schema) => tolerantSchema(schema) as object),
    data,
  )
}

const strict = new WeakMap<Contract<unknown>, ValidateFunction>()
const tolerant = new WeakMap<Contract<unknown>, ValidateFunction>()
let ajv: Ajv2020 | undefined

function compiled(
  cache: WeakMap<Contract<unknown>, ValidateFunction>,
  contract: Contract<unknown>,
  shape: (schema: object) => object,
): ValidateFunction {
  const known = cache.get(contract)
  if (known) return known
  try {
    // Without its $id: Ajv keeps one schema per id, and here two shapes share it.
    const validate = sharedAjv().compile({ ...shape(contract.schema), $id: undefined })
    cache.set(contract, validate)
    return validate
  } catch (cause) {
    throw schemaBroken(contract.type, cause)
  }
}

function sharedAjv(): Ajv2020 {
  if (ajv) return ajv
  ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
  addFormats.default(ajv, ['uuid', 'date', 'date-time', 'email'])
  ajv.addVocabulary(['x-message', 'x-personal'])
  return ajv
}

function violations(validate: ValidateFunction, data: unknown): Violation[] {
  if (validate(data)) return []
  return (validate.errors ?? []).map((error) => ({
    pointer: pointerOf(error),
    message: error.message ?? 'is not valid',
    keyword: error.keyword,
  }))
}

function pointerOf(error: ErrorObject): string {
  const named = error.keyword === 'required' ? 'missingProperty' : 'additionalProperty'
  const property = (error.params as Record<string, unknown>)[named]
  return typeof property === 'string' ? `${error.instancePath}/${escaped(property)}` : error.instancePath
}

/** RFC 6901: `~` and `/` inside a name are escaped. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
