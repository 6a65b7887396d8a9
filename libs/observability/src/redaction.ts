/** What stands in a log where a personal value would have been. */
export const PERSONAL = '[personal]'

/**
 * Names of fields that hold what a person could be known by. Contracts mark theirs with `x-personal`; add more with
 * `markPersonal`. Keys are compared without case, `_` and `-`, so that `customer_email` and `customerEmail` are one.
 */
const personal = new Set(
  ['customer', 'customerName', 'customerEmail', 'email', 'emailAddress', 'recipient', 'phone', 'phoneNumber', 'firstName',
    'lastName', 'fullName', 'address'].map(plain),
)
/** Secrets are never of use in a log. */
const secret = new Set(
  ['authorization', 'cookie', 'set-cookie', 'password', 'secret', 'token', 'apiKey', 'dapr-api-token', 'stripeApiKey',
    'paymentMethod', 'databaseUrl'].map(plain),
)
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi
const MAX_DEPTH = 6

function plain(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase()
}

/** Adds field names to mask, for example those that a contract marks `x-personal`. */
export function markPersonal(names: Iterable<string>): void {
  for (const name of names) personal.add(plain(name))
}

/** A copy of `value` in which personal and secret fields are masked, at any depth down to six. */
export function redact(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date || value instanceof Error) return value
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= MAX_DEPTH) return '[deep]'
  if (Array.isArray(value)) return value.map(item => redact(item, depth + 1))
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return redact((value as { toJSON(): unknown }).toJSON(), depth + 1)
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) copy[key] = maskOf(key, item) ?? redact(item, depth + 1)
  return copy
}

function maskOf(key: string, item: unknown): string | undefined {
  if (item === null || item === undefined) return undefined
  const name = plain(key)
  if (personal.has(name)) return PERSONAL
  return secret.has(name) ? '[secret]' : undefined
}

/** Masks whatever looks like an email address in text that cannot be masked by field: messages, stacks. */
export function redactText(text: string): string {
  return text.includes('@') ? text.replaceAll(EMAIL, PERSONAL) : text
}
