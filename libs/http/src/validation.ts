import type { PipeTransform } from '@nestjs/common'
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { type FieldProblem, httpError, resourceUnknown } from './errors.ts'

const OPTIONS: Options = { allErrors: true, strict: true, allowUnionTypes: true }
/** A body names at most this many faults: enough to mend it, too few to make us work for an attacker. */
const MOST_FAULTS = 20

let forBodies: Ajv2020 | undefined
let forQueries: Ajv2020 | undefined

function ajv(options: Options): Ajv2020 {
  const instance = new Ajv2020({ ...OPTIONS, ...options })
  formats.default(instance)
  return instance
}

/**
 * Pipe that takes a JSON body only in the shape of `schema` (JSON Schema 2020-12): `@Body(JsonBody(schema)) body: T`.
 * Else 400 HTTP_INVALID_BODY, with a JSON pointer to each field at fault. Write `additionalProperties: false`.
 */
export function JsonBody<T>(schema: object): PipeTransform<unknown, T> {
  const validate = (forBodies ??= ajv({})).compile<T>(schema)
  return {
    transform(value) {
      if (validate(value)) return value
      const errors = faultsOf(validate).map(error => ({ pointer: pointerOf(error), ...faultOf(error) }))
      throw httpError('HTTP_INVALID_BODY', sentenceOf(errors.map(({ pointer, detail }) => [pointer || 'the body', detail])), { errors })
    },
  }
}

/**
 * Pipe for query parameters: `@Query(JsonQuery(schema)) query: T`. Text becomes number or boolean where the schema says
 * so, defaults are filled in. Else 400 HTTP_INVALID_QUERY, naming the parameter.
 */
export function JsonQuery<T>(schema: object): PipeTransform<unknown, T> {
  const validate = (forQueries ??= ajv({ coerceTypes: true, useDefaults: true })).compile<T>(schema)
  return {
    transform(value) {
      const copy: unknown = { ...(value as object) }
      if (validate(copy)) return copy
      const errors = faultsOf(validate).map(error => ({ parameter: pointerOf(error).slice(1), ...faultOf(error) }))
      throw httpError('HTTP_INVALID_QUERY', sentenceOf(errors.map(({ parameter, detail }) => [parameter, detail])), { errors })
    },
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Pipe for an id in the path: what is no UUID names nothing we have, so it is a 404. @param noun for example `booking` */
export function ResourceId(noun: string): PipeTransform<unknown, string> {
  return {
    transform(value) {
      if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase()
      throw resourceUnknown(noun, String(value))
    },
  }
}

/** `oneOf` and friends report themselves beside their parts; the parts are what a client can mend. */
function faultsOf(validate: ValidateFunction): ErrorObject[] {
  const errors = validate.errors ?? []
  const parts = errors.filter(error => !['oneOf', 'anyOf', 'if', 'not'].includes(error.keyword))
  return (parts.length > 0 ? parts : errors).slice(0, MOST_FAULTS)
}

/** The field at fault: a missing or unknown one is named itself, not the object around it. */
function pointerOf(error: ErrorObject): string {
  const params = error.params as { missingProperty?: string; additionalProperty?: string; unevaluatedProperty?: string }
  const field = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty
  return field === undefined ? error.instancePath : `${error.instancePath}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Never the value: it may be personal. */
function faultOf(error: ErrorObject): Pick<FieldProblem, 'code' | 'detail'> {
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'required':
      return { code: 'required', detail: 'is missing' }
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return { code: 'unknown', detail: 'is not known here' }
    case 'enum':
      return { code: 'enum', detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` }
    case 'format':
      return { code: 'format', detail: FORMATS[String(params['format'])] ?? `must be a valid ${String(params['format'])}` }
    default:
      return { code: error.keyword, detail: error.message ?? 'is not allowed' }
  }
}

const FORMATS: Record<string, string> = {
  'date-time': 'must be a time with its offset (RFC 3339), for example 2026-05-04T09:00:00Z',
  date: 'must be a date, for example 2026-05-04',
  uuid: 'must be a UUID',
  email: 'must be an email address',
}

function sentenceOf(faults: Array<[string, string]>): string {
  const [first] = faults
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : ''
  return first ? `${first[0]} ${first[1]}${more}.` : 'It cannot be used.'
}
