import { eventually } from '@prep/testing'
import type { BookingResource, GatewayClient, ProgressItem } from '@prep/testing/gateway'

/** Waits until the booking's saga has ended, and gives back its timeline. */
export async function untilEnded(gateway: GatewayClient, bookingId: string, timeoutMs = 30_000): Promise<ProgressItem[]> {
  return await eventually(async () => {
    const items = await gateway.progress(bookingId)
    if (items.at(-1)?.type !== 'orchestration.saga-ended.v1' && !items.some(({ type }) => type === 'orchestration.saga-ended.v1')) {
      throw new Error(`so far: ${items.map(({ type }) => type).join(', ')}`)
    }
    return items
  }, { timeoutMs, intervalMs: 100, what: `the end of booking ${bookingId}` })
}

/** The booking as the gateway shows it once its saga has ended. */
export async function endedBooking(gateway: GatewayClient, bookingId: string, timeoutMs?: number): Promise<BookingResource & { timeline: string[] }> {
  const items = await untilEnded(gateway, bookingId, timeoutMs)
  const { data } = await gateway.booking(bookingId)
  return { ...data, timeline: items.map(({ type }) => type) }
}

/** Every event type of a timeline, with the step that it answers. */
export function story(items: readonly ProgressItem[]): string[] {
  return items.map(({ type, saga_step: step }) => (step ? `${type} (${step})` : type))
}
