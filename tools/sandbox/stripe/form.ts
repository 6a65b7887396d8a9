import { StripeRefusal } from './refusal.ts'

/** Parameters of one request: strings, nested objects and lists, as Stripe's form bodies spell them. */
export interface Form {
  [name: string]: FormValue
}
export type FormValue = string | Form | FormValue[]

const SAFE_NAME = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * Reads `a=1&metadata[booking_id]=x&expand[0]=latest_charge` into nested values.
 * An empty bracket appends; a bracket with a number is a list's index.
 */
export function parseForm(encoded: string): Form {
  const root: Form = {}
  for (const [name, value] of new URLSearchParams(encoded)) place(root, keysOf(name), value)
  return root
}

function keysOf(name: string): string[] {
  const open = name.indexOf('[')
  const keys = open < 0 ? [name] : [name.slice(0, open), ...name.slice(open + 1).replace(/\]$/, '').split('][')]
  const ok = keys.length <= 6 && keys.every((key, index) => SAFE_NAME.test(key) || (index > 0 && key === ''))
  if (!ok || keys.includes('__proto__')) {
    throw StripeRefusal.invalidRequest({ code: 'parameter_unknown', param: name, message: `Received unknown parameter: ${name}` })
  }
  return keys
}

function place(root: Form, keys: string[], value: string): void {
  let at: Form | FormValue[] = root
  for (const [index, key] of keys.entries()) {
    if (index === keys.length - 1) return put(at, key, value)
    const child: FormValue | undefined = get(at, key)
    const next: Form | FormValue[] = typeof child === 'object' ? child : isListKey(keys[index + 1] ?? '') ? [] : {}
    if (child !== next) put(at, key, next)
    at = next
  }
}

function isListKey(key: string): boolean {
  return key === '' || /^\d{1,3}$/.test(key)
}

function get(at: Form | FormValue[], key: string): FormValue | undefined {
  return Array.isArray(at) ? at[Number(key)] : Object.hasOwn(at, key) ? at[key] : undefined
}

function put(at: Form | FormValue[], key: string, value: FormValue): void {
  if (!Array.isArray(at)) at[key] = value
  else if (isListKey(key)) at.push(value)
  else throw StripeRefusal.invalidRequest({ code: 'parameter_unknown', param: key, message: `Received unknown parameter: ${key}` })
}
