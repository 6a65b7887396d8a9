import { Controller } from '@nestjs/common'
import { AuthorizePaymentV1, HoldSlotV1, type HoldSlotV1Data, ReleaseSlotV1, type ReleaseSlotV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Effect, MessageContext, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

let broken = true
let runs = 0
let atOnce = 0
let most = 0

async function work(): Promise<void> {
  runs++
  most = Math.max(most, ++atOnce)
  await new Promise(done => setImmediate(done))
  atOnce--
  if (broken) throw new Error('the other side is away')
}

@Controller()
class BookingHandlers {
  @Subscribe(HoldSlotV1, { retry: { immediate: 0, delaysMs: [20], maxAttempts: 500 } })
  async hold(_data: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
    await work()
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'held'])
  }

  @Subscribe(AuthorizePaymentV1, { effects: 'external', retry: { immediate: 0, delaysMs: [20], maxAttempts: 500 } })
  async authorize(): Promise<Effect> {
    await work()
    return () => Promise.resolve()
  }

  @Subscribe(ReleaseSlotV1)
  async release(_data: ReleaseSlotV1Data, context: MessageContext<ReleaseSlotV1Data>): Promise<void> {
    await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, 'released'])
  }
}

const room = messagingRoom({ controllers: [BookingHandlers], breakerAfter: 5, tables: ['inbox', 'outbox', 'effects'] })

beforeEach(() => {
  broken = true
  runs = atOnce = most = 0
})

describe('a handler that keeps failing', () => {
  it.each([['a database handler', HoldSlotV1], ['an external handler', AuthorizePaymentV1]] as const)(
    'is left alone but for one message at a time, while others go on; then everything passes (%s)',
    async (_name, contract) => {
      const message = () => envelopeOf(contract as typeof HoldSlotV1, sampleOf(contract as typeof HoldSlotV1, { bookingId: v7() }))
      for (let i = 0; i < 5; i++) expect(await deliver(room.app, message())).toEqual(['SUCCESS'])
      const metric = async () => /breaker_open\{consumer="booking\/(?:booking.hold-slot|payment.authorize)"\} 1/.test(await (await import('@prep/observability')).registry.metrics())
      await eventually(async () => expect(await metric()).toBe(true))
      await eventually(() => expect(atOnce).toBe(0))
      const before = runs
      most = 0
      for (let i = 0; i < 40; i++) expect(await deliver(room.app, message())).toEqual(['SUCCESS'])
      expect(await deliver(room.app, Array.from({ length: 20 }, message))).not.toContain('RETRY')
      const others = Array.from({ length: 20 }, () => envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { bookingId: v7() })))
      await deliver(room.app, others)
      expect(await room.database.query(`select 1 from effects where note = 'released'`)).toHaveLength(20)
      expect(runs - before).toBeLessThanOrEqual(5)
      expect(most).toBeLessThanOrEqual(1)
      const rows = (await inboxOf(room.database)).filter(row => row.event_type === contract.type)
      expect(rows).toHaveLength(65)
      expect(rows.filter(row => row.attempts === 0).length).toBeGreaterThanOrEqual(60 - (runs - before))
      broken = false
      await eventually(async () => expect((await inboxOf(room.database)).filter(row => row.state !== 'handled')).toEqual([]), { timeoutMs: 30_000 })
      expect(await metric()).toBe(false)
    },
  )
})
