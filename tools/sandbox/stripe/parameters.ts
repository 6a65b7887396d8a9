import type { Form, FormValue } from './form.ts'
import { StripeRefusal } from './refusal.ts'

/** Reads one request's parameters by name and type, with Stripe's error for each way they can be wrong. */
export class Parameters {
  readonly #form: Form

  constructor(form: Form, known: readonly string[]) {
    this.#form = form
    const unknown = Object.keys(form).find((name) => !known.includes(name) && name !== 'expand')
    if (unknown !== undefined) {
      throw refuse('parameter_unknown', unknown, `Received unknown parameter: ${unknown}`)
    }
  }

  text(name: string): string | null {
    const value = this.#value(name)
    if (value === undefined) return null
    if (typeof value !== 'string') throw refuse(undefined, name, `Invalid string: ${name} must be a string`)
    if (value === '') throw refuse('parameter_invalid_empty', name, `You passed an empty string for '${name}'.`)
    return value
  }

  required(name: string): string {
    const value = this.text(name)
    if (value === null) throw refuse('parameter_missing', name, `Missing required param: ${name}.`)
    return value
  }

  integer(name: string, least: number): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (!/^-?\d{1,12}$/.test(value)) throw refuse('parameter_invalid_integer', name, `Invalid integer: ${value}`)
    const number = Number(value)
    if (number < least) throw refuse('parameter_invalid_integer', name, `This value must be greater than or equal to ${least}.`)
    return number
  }

  flag(name: string): boolean {
    const value = this.text(name)
    if (value === null || value === 'false') return false
    if (value === 'true') return true
    throw refuse(undefined, name, `Invalid boolean: ${value}`)
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.text(name)
    if (value === null) return null
    const found = choices.find((choice) => choice === value)
    if (found === undefined) throw refuse(undefined, name, `Invalid ${name}: must be one of ${choices.join(', ')}`)
    return found
  }

  metadata(): Record<string, string> {
    const value = this.#value('metadata')
    if (value === undefined || value === '') return {}
    if (typeof value === 'string' || Array.isArray(value)) throw refuse(undefined, 'metadata', 'Invalid hash')
    const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    if (entries.length > 50 || entries.some(([key, text]) => key.length > 40 || text.length > 500)) {
      throw refuse(undefined, 'metadata', 'Metadata takes 50 keys of 40 characters with values of 500 characters.')
    }
    return Object.fromEntries(entries.filter(([, text]) => text !== ''))
  }

  expand(): string[] {
    const value = this.#value('expand')
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  }

  /** A bound such as `created[gte]`, in Unix seconds. */
  created(): { gte: number; lte: number } {
    const value = this.#value('created')
    const bound = (of: FormValue | undefined, otherwise: number) => (typeof of === 'string' && /^\d+$/.test(of) ? Number(of) : otherwise)
    if (typeof value === 'string') return { gte: bound(value, 0), lte: bound(value, Infinity) }
    if (value === undefined || Array.isArray(value)) return { gte: 0, lte: Infinity }
    return {
      gte: Math.max(bound(value['gte'], 0), bound(value['gt'], -1) + 1),
      lte: Math.min(bound(value['lte'], Infinity), bound(value['lt'], Infinity) - 1),
    }
  }

  #value(name: string): FormValue | undefined {
    return Object.hasOwn(this.#form, name) ? this.#form[name] : undefined
  }
}

function refuse(code: string | undefined, param: string, message: string): StripeRefusal {
  return StripeRefusal.invalidRequest({ ...(code === undefined ? {} : { code }), param, message })
}
