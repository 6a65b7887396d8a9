/** One environment variable: how it is called, read and checked. */
export interface Setting<T> {
  readonly variable: string
  /** Gives the value, or throws an Error whose message goes on from "VARIABLE ...". */
  read(raw: string | undefined): T
}

interface Optional<T> {
  /** Used when the variable is absent or empty. */
  default?: T
}

/** With a default the value is always there; with `optional` it may be undefined; else the variable is required. */
function setting<T>(variable: string, fallback: T | undefined, optional: boolean, parse: (raw: string) => T): Setting<T> {
  return {
    variable,
    read(raw) {
      if (raw !== undefined && raw !== '') return parse(raw)
      if (fallback !== undefined || optional) return fallback as T
      throw new Error('is required')
    },
  }
}

/** Any text. */
export function text(variable: string, options: Optional<string> & { pattern?: RegExp } = {}): Setting<string> {
  return setting(variable, options.default, false, raw => {
    if (options.pattern && !options.pattern.test(raw)) throw new Error(`must match ${options.pattern.source}`)
    return raw
  })
}

/** Any text, or undefined when it is not set. */
export function optionalText(variable: string): Setting<string | undefined> {
  return setting<string | undefined>(variable, undefined, true, raw => raw)
}

/** A whole number from `min` to `max`, both included. */
export function integer(variable: string, options: Optional<number> & { min?: number; max?: number } = {}): Setting<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options
  return setting(variable, options.default, false, raw => {
    const value = Number(raw)
    if (!/^-?\d+$/.test(raw) || value < min || value > max) throw new Error(`must be a whole number from ${min} to ${max}`)
    return value
  })
}

/** `true` or `false` (also `1`, `0`, `yes`, `no`). */
export function flag(variable: string, options: Optional<boolean> = {}): Setting<boolean> {
  return setting(variable, options.default, false, raw => {
    const word = raw.toLowerCase()
    if (['true', '1', 'yes'].includes(word)) return true
    if (['false', '0', 'no'].includes(word)) return false
    throw new Error('must be true or false')
  })
}

/** One of the words given. */
export function oneOf<const W extends string>(variable: string, words: readonly W[], options: Optional<NoInfer<W>> = {}): Setting<W> {
  return setting<W>(variable, options.default, false, raw => {
    const word = words.find(candidate => candidate === raw.toLowerCase())
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`)
    return word
  })
}

/** An absolute address without a trailing slash. The problem never shows the address: it may hold a password. */
export function url(variable: string, options: Optional<string> & { protocols?: readonly string[] } = {}): Setting<string> {
  return setting(variable, options.default, false, raw => checkedUrl(raw, options.protocols))
}

/** As `url`, or undefined when it is not set. */
export function optionalUrl(variable: string, options: { protocols?: readonly string[] } = {}): Setting<string | undefined> {
  return setting<string | undefined>(variable, undefined, true, raw => checkedUrl(raw, options.protocols))
}

function checkedUrl(raw: string, protocols: readonly string[] = ['http', 'https']): string {
  if (!URL.canParse(raw) || !protocols.includes(new URL(raw).protocol.slice(0, -1))) {
    throw new Error(`must be an address that begins with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`)
  }
  return raw.endsWith('/') ? raw.slice(0, -1) : raw
}
