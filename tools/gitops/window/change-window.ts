import { parse } from 'yaml'
import { GitopsError } from '../errors.ts'

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** When prod may change, and which paths are prod. Times are `HH:MM` and dates `YYYY-MM-DD` in the zone. */
export interface ChangeWindow {
  readonly timeZone: string
  readonly open: readonly { readonly days: readonly string[], readonly from: string, readonly to: string }[]
  readonly freezes: readonly { readonly from: string, readonly to: string, readonly why: string }[]
  readonly guards: readonly string[]
}

/** @throws GitopsError GITOPS_WINDOW_INVALID naming all that is wrong */
export function parseWindow(text: string): ChangeWindow {
  const { timeZone = 'UTC', open = [], freezes = [], guards = [] } = (parse(text) ?? {}) as Partial<ChangeWindow>
  const wrong = [
    ...(isTimeZone(timeZone) ? [] : [`timeZone ${timeZone} is none`]),
    ...open.flatMap(({ days: named, from, to }) => [
      ...named.filter((day) => !days.some((known) => known === day)).map((day) => `${day} is none of ${days.join(', ')}`),
      ...[from, to].filter((time) => !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)).map((time) => `${time} is no time`),
      ...(from < to ? [] : [`${from} is not before ${to}`]),
    ]),
    ...freezes.flatMap(({ from, to }) => [from, to].filter((date) => !/^\d{4}-\d{2}-\d{2}$/.test(date)).map((date) => `${date} is no date`)),
    ...(guards.length === 0 ? ['guards names no path'] : []),
  ]
  if (wrong.length > 0) throw new GitopsError('GITOPS_WINDOW_INVALID', { message: `The change window cannot be read: ${wrong.join('; ')}.` })
  return { timeZone, open, freezes, guards }
}

/** Why prod may not change at that moment; undefined: it may. */
export function whyClosed(window: ChangeWindow, at: Date): string | undefined {
  const { day, date, time } = localTime(window.timeZone, at)
  const freeze = window.freezes.find(({ from, to }) => from <= date && date <= to)
  if (freeze !== undefined) return `it is frozen until ${freeze.to} (${freeze.why})`
  if (window.open.some((span) => span.days.includes(day) && span.from <= time && time < span.to)) return undefined
  return `it is ${day} ${time} in ${window.timeZone}`
}

const STEP_MS = 5 * 60_000
const HORIZON_MS = 60 * 24 * 3600_000

/** The next moment, to five minutes, at which prod may change; undefined: none in sixty days. */
export function nextOpening(window: ChangeWindow, after: Date): Date | undefined {
  const first = Math.ceil(after.getTime() / STEP_MS) * STEP_MS
  for (let at = first; at < first + HORIZON_MS; at += STEP_MS) {
    if (whyClosed(window, new Date(at)) === undefined) return new Date(at)
  }
  return undefined
}

function localTime(timeZone: string, at: Date): { day: string, date: string, time: string } {
  const part = Object.fromEntries(formatIn(timeZone).formatToParts(at).map(({ type, value }) => [type, value]))
  return { day: (part['weekday'] ?? '').toLowerCase(), date: `${part['year']}-${part['month']}-${part['day']}`, time: `${part['hour']}:${part['minute']}` }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', {
    timeZone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  })
  formats.set(timeZone, format)
  return format
}

function isTimeZone(name: string): boolean {
  try {
    formatIn(name)
    return true
  } catch {
    return false
  }
}
