import { readEventStream } from './event-stream.ts'
import { type Booking, type GatewayClient } from './gateway-client.ts'

/** One event that really passed, as the booking's stream tells it. */
export interface Passage {
  /** Milliseconds from the request to the event. */
  readonly atMs: number
  readonly service: string
  readonly type: string
  readonly sagaStep: string | null
}

export interface Story {
  readonly title: string
  readonly paymentMethod: string
  /** Hours from the first bookable hour, so that stories do not meet. */
  readonly hour: number
}

export interface ToldStory {
  readonly title: string
  readonly passages: readonly Passage[]
  readonly booking: Booking
}

export const stories: readonly Story[] = [
  { title: 'A good card', paymentMethod: 'pm_card_visa', hour: 0 },
  { title: 'A card that is declined', paymentMethod: 'pm_card_chargeDeclined', hour: 8 },
]

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const storyTimeoutMs = 30_000

/** A kitchen of its own for each run, open to bookings at once. */
export async function registerKitchen(gateway: GatewayClient): Promise<{ id: string; name: string }> {
  const now = Date.now()
  const validity = { valid_from: dateOf(now - 365 * dayMs), valid_until: dateOf(now + 730 * dayMs) }
  const names = ['Harbour', 'Market Hall', 'Copper', 'Orchard', 'Riverside', 'Old Mill', 'Lantern']
  return gateway.post('/api/v1/kitchens', {
    name: `${names[Math.floor(Math.random() * names.length)]} Kitchen`,
    time_zone: 'Europe/Berlin',
    hourly_rate_minor: 4500,
    currency: 'EUR',
    capacity: 12,
    licence: { number: `B-${String(now).slice(-7)}`, ...validity },
    insurance: { policy_number: `H-${String(now).slice(-7)}`, ...validity },
  })
}

/** Books, follows the events to the end of the saga, and reads the booking back. */
export async function tell(gateway: GatewayClient, kitchenId: string, story: Story, onPassage: (passage: Passage) => void): Promise<ToldStory> {
  const { data, sentAt } = await gateway.postOnceKnown<Booking>('/api/v1/bookings', requestFor(kitchenId, story))
  const passages: Passage[] = []
  const stream = new URL(`/api/v1/bookings/${data.id}/events`, gateway.url)
  for await (const event of readEventStream(stream, AbortSignal.timeout(storyTimeoutMs))) {
    const passage = passageOf(event.event, event.data, sentAt)
    passages.push(passage)
    onPassage(passage)
    if (passage.type.startsWith('orchestration.saga-ended.')) break
  }
  return { title: story.title, passages, booking: await gateway.get<Booking>(`/api/v1/bookings/${data.id}`) }
}

/** A slot of four hours, 30 to 60 days ahead: inside the validity of the papers, different with every run. */
function requestFor(kitchenId: string, { hour, paymentMethod }: Story): unknown {
  const firstDay = Math.ceil(Date.now() / dayMs) + 30 + Math.floor(Math.random() * 30)
  const startsAt = firstDay * dayMs + (8 + hour) * hourMs
  return {
    kitchen_id: kitchenId,
    starts_at: new Date(startsAt).toISOString(),
    ends_at: new Date(startsAt + 4 * hourMs).toISOString(),
    attendees: 6,
    payment_method: paymentMethod,
    customer: { name: 'Ada Baker', email: 'ada@example.com' },
  }
}

function passageOf(event: string, data: string, sentAt: number): Passage {
  const told = JSON.parse(data) as { type?: string; source?: string; saga_step?: string | null; time: string }
  return {
    atMs: Math.max(0, Date.parse(told.time) - sentAt),
    service: (told.source ?? '').replace(/^\/prep\//, ''),
    type: told.type ?? event,
    sagaStep: told.saga_step ?? null,
  }
}

function dateOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10)
}
