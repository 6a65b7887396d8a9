import { notShowable } from './errors.ts'
import { remember } from './remember.ts'

/**
 * `[startsAt, endsAt)` in words, on the clocks of an IANA time zone:
 * `Monday, 2 March 2026, 09:00 to 13:00 CET (Europe/Berlin)`. The end names its day when that is another one, and the
 * start its offset when the clocks change in between. Throws NOTIFICATION_VALUE_NOT_SHOWABLE.
 */
export function showTimeRange(startsAt: string, endsAt: string, timeZone: string): string {
  const [start, end] = [localTime(startsAt, timeZone), localTime(endsAt, timeZone)]
  const startZone = start.zone === end.zone ? '' : ` ${start.zone}`
  const endDay = start.day === end.day ? '' : `${end.day}, `
  return `${start.day}, ${start.time}${startZone} to ${endDay}${end.time} ${end.zone} (${timeZone})`
}

function localTime(at: string, timeZone: string): { day: string; time: string; zone: string } {
  const part = partsOf(new Date(at), timeZone)
  return {
    day: `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`,
    time: `${part('hour')}:${part('minute')}`,
    zone: part('timeZoneName'),
  }
}

function partsOf(moment: Date, timeZone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  )
  return (type) => parts.get(type) ?? ''
}

const formatOf = remember((timeZone): Intl.DateTimeFormat => {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    })
  } catch (cause) {
    throw notShowable('time zone', timeZone, cause)
  }
})
