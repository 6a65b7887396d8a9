import { styleText } from 'node:util'

/** One line of a part's log. */
export interface LogLine {
  readonly part: string
  readonly raw: string
  /** The line as JSON, when it is that. */
  readonly fields: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since 1970; that of the line before when it tells none. */
  readonly timeMs: number
}

const colours = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const
const levelColours: Readonly<Record<string, 'red' | 'yellow' | 'dim'>> = {
  ...{ error: 'red', fatal: 'red', warn: 'yellow', warning: 'yellow' },
  ...{ debug: 'dim', trace: 'dim' },
}

export function parseLine(part: string, raw: string, previousMs: number): LogLine {
  const fields = parseJson(raw)
  const stamp = fields?.['time'] ?? /^(\d{4}-\d\d-\d\d[T ][\d:.]+) ?(?:UTC|Z)?/.exec(raw)?.[1]?.replace(' ', 'T').concat('Z')
  const timeMs = typeof stamp === 'number' ? stamp : Date.parse(String(stamp))
  return { part, raw, fields, timeMs: Number.isNaN(timeMs) ? previousMs : timeMs }
}

/** For people: time, part, level, message, and what else it says, with the ids shortened. */
export function prettyLine({ part, raw, fields, timeMs }: LogLine): string {
  const clock = timeMs > 0 ? new Date(timeMs).toISOString().slice(11, 23) : ' '.repeat(12)
  const name = styleText(colours[hashOf(part) % colours.length] ?? 'cyan', part.padEnd(18))
  if (fields === undefined) return `${styleText('dim', clock)} ${name} ${raw}`
  const level = String(fields['level'] ?? '')
  const message = `${String(fields['msg'] ?? '')}${rest(fields)}`
  const colour = levelColours[level]
  return `${styleText('dim', clock)} ${name} ${colour === undefined ? message : styleText(colour, `${level} ${message}`)}`
}

const told = new Set(['time', 'level', 'msg', 'service', 'pid', 'hostname', 'app_id', 'instance', 'scope', 'type', 'ver', 'trace_id', 'span_id', 'request_id', 'route'])

function rest(fields: Readonly<Record<string, unknown>>): string {
  const others = Object.entries(fields).filter(([name]) => !told.has(name))
  return others.map(([name, value]) => styleText('dim', ` ${name}=${shorten(typeof value === 'string' ? value : JSON.stringify(value))}`)).join('')
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 297)}...` : text
}

function parseJson(raw: string): Record<string, unknown> | undefined {
  if (!raw.startsWith('{')) return undefined
  try {
    return JSON.parse(raw) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function hashOf(text: string): number {
  return [...text].reduce((sum, character) => sum + character.charCodeAt(0), 0)
}
