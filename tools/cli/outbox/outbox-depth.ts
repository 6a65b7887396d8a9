import type { ServiceOutbox } from './services-outboxes.ts'

/** What waits in one service's outbox. */
export interface OutboxDepth {
  readonly service: string
  /** Counted up to 10,000. */
  readonly pending: number
  readonly blocked: number
  /** Of the oldest message that is not blocked nor waits behind a blocked one, in seconds; 0: none. */
  readonly age_s: number
}

/** Older than this means that the broker does not take what is given to it. */
const LONG_S = 10

const DEPTH = `
with oldest as (select topic, key, state, created_at from outbox order by id limit 10000),
  blocked as (select topic, key from outbox where state = 'blocked')
select count(*) filter (where state = 'pending')::int as pending, (select count(*)::int from blocked) as blocked,
  coalesce(extract(epoch from clock_timestamp() - min(created_at) filter (where (topic, key) not in (select topic, key from blocked))), 0)::float8 as age_s
from oldest`

export async function depthOf({ service, query }: ServiceOutbox): Promise<OutboxDepth> {
  const [row] = await query<Omit<OutboxDepth, 'service'>>(DEPTH)
  return { service, pending: row?.pending ?? 0, blocked: row?.blocked ?? 0, age_s: row?.age_s ?? 0 }
}

/** Whether somebody should look; the service itself is ready all the same. */
export function isBehind({ blocked, age_s }: OutboxDepth): boolean {
  return blocked > 0 || age_s > LONG_S
}
