import { readTopics } from '@prep/testing'
import type { DatabaseName } from '../world/databases.ts'
import type { World } from '../world/world.ts'

/** What each app subscribes to, and the types that it has handlers for; of everything else it takes no note. */
interface Consumer { app: string, database: DatabaseName, topics: string[], handles: string[] }

const events = (context: string): string => `prep.${context}.events`
const kitchens = ['listing.kitchen-registered.v1', 'listing.kitchen-changed.v1']
const payments = ['authorized', 'declined', 'voided', 'captured', 'capture-failed'].map((name) => `payment.${name}.v1`)
const refunds = ['refunded', 'refund-failed'].map((name) => `payment.${name}.v1`)
const decisions = ['approved', 'rejected', 'review-requested'].map((name) => `compliance.${name}.v1`)
const bookings = ['slot-held', 'slot-taken', 'slot-released', 'confirmed', 'hold-expired', 'rejected'].map((name) => `booking.${name}.v1`)
const bookingCommands = ['hold-slot', 'release-slot', 'confirm', 'reject'].map((name) => `booking.${name}.v1`)
/** What every service with handlers answers an operator. */
const decided = ['replay', 'skip'].map((name) => `deadletter.${name}.v1`)
const paymentCommands = ['authorize', 'void', 'capture', 'refund'].map((name) => `payment.${name}.v1`)

export const consumers: readonly Consumer[] = [
  {
    app: 'booking',
    database: 'booking',
    topics: ['prep.booking.commands', ...['listing', 'booking', 'compliance', 'payment', 'orchestration'].map(events)],
    handles: ['booking.requested.v1', 'orchestration.saga-ended.v1', ...kitchens, ...bookings, ...decisions, ...payments, ...refunds, ...bookingCommands, ...decided],
  },
  { app: 'compliance', database: 'compliance', topics: ['prep.compliance.commands', events('listing')], handles: ['compliance.check.v1', ...kitchens, ...decided] },
  { app: 'payment', database: 'payment', topics: ['prep.payment.commands'], handles: [...paymentCommands, ...decided] },
  {
    app: 'notification',
    database: 'notification',
    topics: ['prep.notification.commands', events('booking')],
    handles: ['booking.confirmed.v1', 'booking.rejected.v1', ...decided],
  },
  {
    app: 'task-orchestrator',
    database: 'task_orchestrator',
    topics: ['prep.task-orchestrator.commands', ...['booking', 'compliance', 'payment'].map(events)],
    handles: ['booking.requested.v1', ...bookings, ...decisions, ...payments, ...decided],
  },
]

/** How the ids offered to one app divide. Each id stands in exactly one of the lists. */
export interface Division {
  app: string, handled: string[], ignored: string[], retrying: string[], dead: string[]
  /** Offered and handled by type, but no row tells what became of them; a row that nobody offered; a row in no final state. */
  lost: string[], invented: string[], unfinished: string[]
}

/** Reads what was offered from the topics and what became of it from the inbox, id by id, for every consumer. */
export async function divisions(world: World): Promise<Division[]> {
  const topics = [...new Set(consumers.flatMap((consumer) => consumer.topics))]
  const offered = await offeredIds(world.platform.kafkaBrokers, topics)
  return await Promise.all(consumers.map((consumer) => divide(world, consumer, offered)))
}

type Offered = Map<string, { type: string, topic: string }>

/** A relay that died between publish and delete publishes again: one id may lie on a topic more than once. */
async function offeredIds(broker: string, topics: string[]): Promise<Offered> {
  const ids: Offered = new Map()
  for (const { topic, value } of await readTopics(broker, topics)) {
    try {
      const { id, type } = JSON.parse(value.toString()) as { id: string, type: string }
      ids.set(`${topic} ${id}`, { type, topic })
    } catch {
      // Not an event: it has no id to follow, and ends on a dead topic. The poison test follows those.
    }
  }
  return ids
}

async function divide({ databases }: World, consumer: Consumer, offered: Offered): Promise<Division> {
  const rows = await databases.query<{ event_id: string, event_type: string, state: string }>(consumer.database,
    `SELECT event_id, event_type, state FROM inbox WHERE consumer NOT LIKE '%/raw'`)
  const rowOf = new Map(rows.map((row) => [row.event_id, row]))
  const division: Division = { app: consumer.app, handled: [], ignored: [], retrying: [], dead: [], lost: [], invented: [], unfinished: [] }
  const seen = new Set<string>()
  for (const [place, { type, topic }] of offered) {
    if (!consumer.topics.includes(topic)) continue
    const id = place.slice(topic.length + 1)
    seen.add(id)
    putIn(division, id, consumer.handles.includes(type), rowOf.get(id)?.state)
  }
  division.invented.push(...rows.filter(({ event_id: id }) => !seen.has(id)).map(({ event_id: id, event_type: type }) => `${type} ${id}`))
  return division
}

function putIn(division: Division, id: string, hasHandler: boolean, state: string | undefined): void {
  if (!hasHandler) (state === undefined ? division.ignored : division.invented).push(id)
  else if (state === undefined) division.lost.push(id)
  else if (state === 'handled' || state === 'retrying' || state === 'dead') division[state].push(id)
  else division.unfinished.push(`${id} ${state}`)
}
