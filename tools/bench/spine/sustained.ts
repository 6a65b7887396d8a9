import { setTimeout as pause } from 'node:timers/promises'
import type { Platform } from '@prep/runtime'
import { BookingLoad, type GatewayClient, type Slots } from '@prep/testing/gateway'
import type pg from 'pg'
import { percentile } from '../percentile.ts'
import { openPool } from './open-pool.ts'

export interface LoadResult {
  readonly rate: number
  readonly seconds: number
  readonly asked: number
  readonly accepted: number
  readonly confirmed: number
  /** Accepted and not ended five minutes after the load. */
  readonly lost: number
  /** Accepted and not yet ended when the load ended: what the platform was behind. */
  readonly waitingAtEnd: number
  /** From the load's end until the last booking had ended. */
  readonly drainSeconds: number
  /** Confirmed a second, from the first request until the last confirmation. */
  readonly confirmedPerSecond: number
  /** From when a request was due to its 202, in milliseconds. */
  readonly acceptedP50Ms: number
  readonly acceptedP95Ms: number
  /** From a request's commit to its confirmation's, by the services' clock, in milliseconds. */
  readonly confirmedP50Ms: number
  readonly confirmedP95Ms: number
}

const patienceSeconds = 300

/** An open loop: requests are sent when they are due, whatever became of the ones before. */
export async function sustainedLoad(
  platform: Platform, gateway: GatewayClient, slots: Slots, { rate, seconds }: { rate: number, seconds: number },
): Promise<LoadResult> {
  const pool = openPool(platform.databaseUrl('booking'))
  try {
    const [before] = await one<{ at: Date }>(pool, 'SELECT clock_timestamp() AS at')
    const load = new BookingLoad({ client: gateway, perSecond: rate, next: () => slots.next() }).start()
    await pause(seconds * 1000)
    await load.stop()
    const ids = load.accepted.map(({ id }) => id as string)
    const waitingAtEnd = await openOf(pool, ids)
    const begun = performance.now()
    while (await openOf(pool, ids) > 0 && performance.now() - begun < patienceSeconds * 1000) await pause(500)
    const lost = await openOf(pool, ids)
    const ended = performance.now()
    const times = await one<{ ms: number, at: Date }>(pool, CONFIRMATIONS, [ids])
    const span = (Math.max(...times.map(({ at }) => at.getTime())) - (before as { at: Date }).at.getTime()) / 1000
    const accepted = load.accepted.map(({ acceptedMs }) => acceptedMs ?? 0)
    return {
      rate, seconds, asked: load.bookings.length, accepted: ids.length, confirmed: times.length, lost, waitingAtEnd,
      drainSeconds: (ended - begun) / 1000,
      confirmedPerSecond: times.length / span,
      acceptedP50Ms: percentile(accepted, 50), acceptedP95Ms: percentile(accepted, 95),
      confirmedP50Ms: percentile(times.map(({ ms }) => ms), 50), confirmedP95Ms: percentile(times.map(({ ms }) => ms), 95),
    }
  } finally {
    await pool.end()
  }
}

const CONFIRMATIONS = `
SELECT (extract(epoch FROM p.occurred_at - b.created_at) * 1000)::float8 AS ms, p.occurred_at AS at
FROM booking b JOIN booking_progress p ON p.booking_id = b.id AND p.type = 'booking.confirmed.v1'
WHERE b.id = ANY($1::uuid[])`

/** How many of these bookings have not heard of their saga's end. */
async function openOf(pool: pg.Pool, ids: string[]): Promise<number> {
  const [row] = await one<{ n: number }>(pool, `SELECT count(*)::int AS n FROM unnest($1::uuid[]) AS i(id) WHERE NOT EXISTS (
    SELECT FROM booking_progress p WHERE p.booking_id = i.id AND p.type = 'orchestration.saga-ended.v1')`, [ids])
  return row?.n ?? 0
}

async function one<R>(pool: pg.Pool, sql: string, params: unknown[] = []): Promise<R[]> {
  return (await pool.query(sql, params)).rows as R[]
}
