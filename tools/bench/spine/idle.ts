import type { GatewayClient, Slots } from '@prep/testing/gateway'
import { percentile } from '../percentile.ts'

export interface IdleResult {
  readonly bookings: number
  /** From the POST to `booking.confirmed.v1` on the client's stream, in milliseconds. */
  readonly p50Ms: number
  readonly p95Ms: number
  /** From the request's commit to the confirmation's, by the services' clock. */
  readonly insideP50Ms: number
  readonly insideP95Ms: number
}

const warmUp = 20

/** Bookings one after another on a platform that does nothing else; the first twenty are not counted. */
export async function latencyAtIdle(gateway: GatewayClient, slots: Slots, bookings: number): Promise<IdleResult> {
  const seen: number[] = []
  const inside: number[] = []
  for (let n = 0; n < warmUp + bookings; n += 1) {
    const { seenMs, insideMs } = await oneBooking(gateway, slots)
    if (n < warmUp) continue
    seen.push(seenMs)
    inside.push(insideMs)
  }
  return {
    bookings,
    p50Ms: percentile(seen, 50),
    p95Ms: percentile(seen, 95),
    insideP50Ms: percentile(inside, 50),
    insideP95Ms: percentile(inside, 95),
  }
}

async function oneBooking(gateway: GatewayClient, slots: Slots): Promise<{ seenMs: number, insideMs: number }> {
  const begun = performance.now()
  const { data, status } = await gateway.requestBooking(slots.next())
  if (status !== 202) throw new Error(`The booking was refused with ${status}.`)
  let confirmed: { seenMs: number, insideMs: number } | undefined
  for await (const event of gateway.stream(data.id)) {
    if (event.event === 'booking.confirmed.v1') {
      confirmed = { seenMs: performance.now() - begun, insideMs: (JSON.parse(event.data) as { occurred_ms: number }).occurred_ms }
    }
  }
  if (!confirmed) throw new Error(`Booking ${data.id} was not confirmed.`)
  return confirmed
}
