import { styleText } from 'node:util'
import type { Booking } from './gateway-client.ts'
import type { Passage } from './story.ts'

export function heading(index: number, title: string): string {
  return `\n${styleText('bold', `  ${index}. ${title}`)}\n`
}

/** `+  41 ms  booking            booking.slot-held.v1                 hold-slot` */
export function passageLine({ atMs, service, type, sagaStep }: Passage): string {
  const time = `+${String(atMs).padStart(5)} ms`
  return `  ${styleText('dim', time)}  ${service.padEnd(18)} ${styleText('cyan', type.padEnd(36))} ${sagaStep ?? ''}`.trimEnd() + '\n'
}

/** The final state, as the gateway tells it. */
export function outcomeLine(booking: Booking): string {
  const good = booking.status === 'confirmed'
  const status = styleText(good ? 'green' : 'yellow', booking.status)
  const reason = booking.reason === null ? '' : ` (${booking.reason.code})`
  return `  ${good ? '✔' : '↩'} ${status}${reason}: ${booking.kitchen_name}, ${slot(booking)}, ${price(booking)}\n` +
    `    ${styleText('dim', `read back: GET /api/v1/bookings/${booking.id}`)}\n`
}

function slot({ starts_at, ends_at, time_zone }: Booking): string {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, hour: '2-digit', minute: '2-digit' })
  return `${day.format(new Date(starts_at))} ${time.format(new Date(starts_at))}-${time.format(new Date(ends_at))} (${time_zone})`
}

function price({ amount_minor, currency }: Booking): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount_minor / 10 ** digits)
}
