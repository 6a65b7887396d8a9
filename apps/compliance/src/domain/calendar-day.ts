import { unknownTimeZone } from './errors.ts'

const MS_PER_DAY = 86_400_000

/** A calendar day as `YYYY-MM-DD`; such days compare as text. */
export type CalendarDay = string

/**
 * First and last calendar day that `[startsAt, endsAt)` touches in an IANA time zone.
 * A booking that ends at midnight does not touch the day that begins then. Throws COMPLIANCE_TIME_ZONE_UNKNOWN.
 */
export function daysTouched(
  startsAt: string,
  endsAt: string,
  timeZone: string,
): { first: CalendarDay; last: CalendarDay } {
  const lastMoment = new Date(new Date(endsAt).getTime() - 1)
  return { first: dayIn(timeZone, new Date(startsAt)), last: dayIn(timeZone, lastMoment) }
}

/** The day `days` after a day; calendar arithmetic, no time zone involved. */
export function dayAfter(day: CalendarDay, days: number): CalendarDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10)
}

function dayIn(timeZone: string, moment: Date): CalendarDay {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map((part) => [part.type, part.value]),
  )
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}

/** Each time zone has one: to make it takes five times as long as to use it. */
const formats = new Map<string, Intl.DateTimeFormat>()
const MOST_FORMATS = 100

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = newFormat(timeZone)
  if (formats.size < MOST_FORMATS) formats.set(timeZone, format)
  return format
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
  } catch (cause) {
    throw unknownTimeZone(timeZone, cause)
  }
}
