import { Controller, Inject } from '@nestjs/common'
import { AuthorizePaymentV1, type AuthorizePaymentV1Data, PaymentAuthorizedV1 } from '@prep/contracts'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Effect, type Envelope, ExternalContext, Outbox, PermanentError, Subscribe, TransientError } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

/** Calls to the outside, by message. */
let calls: Array<{ id: string; attempt: number }> = []
let provider: (context: ExternalContext) => Promise<void>
let atWork = 0
let mostAtWork = 0

@Controller()
class PaymentHandlers {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  @Subscribe(AuthorizePaymentV1, { effects: 'external', retry: { immediate: 1, delaysMs: [50], maxAttempts: 4 } })
  async authorize(data: AuthorizePaymentV1Data, context: ExternalContext<AuthorizePaymentV1Data>): Promise<Effect> {
    calls.push({ id: context.envelope.id, attempt: context.attempt })
    mostAtWork = Math.max(mostAtWork, ++atWork)
    try {
      await provider(context)
    } finally {
      atWork--
    }
    return async tx => {
      await tx.query('insert into effects (event_id, note) values ($1, $2)', [context.envelope.id, data.bookingId])
      await this.outbox.publish(tx, PaymentAuthorizedV1, { data: sampleOf(PaymentAuthorizedV1, { bookingId: data.bookingId }), subject: data.bookingId })
    }
  }
}

const room = messagingRoom({ controllers: [PaymentHandlers], service: 'payment', handlerTimeoutMs: 1_500, tables: ['inbox', 'outbox', 'effects'] })

beforeEach(() => {
  calls = []
  provider = () => Promise.resolve()
  atWork = mostAtWork = 0
})

const command = (): Envelope<AuthorizePaymentV1Data> =>
  envelopeOf(AuthorizePaymentV1, sampleOf(AuthorizePaymentV1, { bookingId: v7() }), { sagaStep: 'authorize', deadline: new Date('2030-01-01T00:00:00Z') })
const effects = () => room.database.query<{ event_id: string }>('select event_id from effects')

describe('an external handler', () => {
  it('runs after the delivery is acknowledged, and its effect commits with its row', async () => {
    const message = command()
    expect(await deliver(room.app, message)).toEqual(['SUCCESS'])
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ consumer: 'payment/payment.authorize', state: 'handled', attempts: 1 }]))
    expect(await effects()).toEqual([{ event_id: message.id }])
    expect(await publishedBy(room.database, PaymentAuthorizedV1)).toMatchObject([{ causationid: message.id, correlationid: message.correlationid, sagastep: 'authorize' }])
    expect(await room.database.query('select envelope from inbox')).toEqual([{ envelope: null }])
  })

  it('runs once for an id that comes three times, also while it runs', async () => {
    let release = (): void => undefined
    provider = () => new Promise(done => (release = done))
    const message = command()
    await deliver(room.app, message)
    await eventually(() => expect(calls).toHaveLength(1))
    expect(await deliver(room.app, [message, message])).toEqual(['SUCCESS', 'SUCCESS'])
    release()
    await eventually(async () => expect(await effects()).toHaveLength(1))
    expect(calls).toHaveLength(1)
  })

  it('is tried again by its policy and ends dead, with the bytes and each attempt', async () => {
    provider = () => Promise.reject(new TransientError('PROVIDER_AWAY', 'connect ECONNREFUSED', { retryAfterMs: 20 }))
    await deliver(room.app, command())
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'dead', attempts: 4, error_code: 'PROVIDER_AWAY' }]))
    expect(calls.map(call => call.attempt)).toEqual([1, 2, 3, 4])
    const [row] = await room.database.query<{ attempt_log: unknown[]; envelope: string }>('select attempt_log, envelope from inbox')
    expect(row?.attempt_log).toHaveLength(4)
    expect(JSON.parse(row?.envelope as string)).toMatchObject({ type: 'payment.authorize.v1' })
    expect(await effects()).toEqual([])
  })

  it('ends at once for a permanent error', async () => {
    provider = () => Promise.reject(new PermanentError('CARD_UNKNOWN', 'no such card'))
    await deliver(room.app, command())
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'dead', attempts: 1, error_code: 'CARD_UNKNOWN' }]))
  })

  it('has its time, is told when that is over, and is tried again', async () => {
    let aborted = false
    provider = context => {
      if (context.attempt > 1) return Promise.resolve()
      return new Promise(() => context.signal.addEventListener('abort', () => (aborted = true)))
    }
    await deliver(room.app, command())
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'handled', attempts: 2 }]), { timeoutMs: 10_000 })
    expect(aborted).toBe(true)
    expect(await effects()).toHaveLength(1)
  })

  it('works on no more than eight at once', async () => {
    provider = () => new Promise(done => setTimeout(done, 20))
    await deliver(room.app, Array.from({ length: 40 }, command))
    await eventually(async () => expect(await effects()).toHaveLength(40), { timeoutMs: 10_000 })
    expect(mostAtWork).toBe(8)
    expect(calls).toHaveLength(40)
  })

  it('runs again when its process died between the call and the effect; the effect is written once', async () => {
    const message = command()
    // What a process killed in the middle leaves: a claim that nobody renews.
    await room.database.query(
      `insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, next_attempt_at, claimed_by, envelope)
       values ('payment/payment.authorize', $1, 'payment.authorize.v1', $2, 'received', 1, clock_timestamp() + interval '1500 ms', 'payment/the-dead-one', $3)`,
      [message.id, message.partitionkey, JSON.stringify(message)],
    )
    await eventually(async () => expect(await inboxOf(room.database)).toMatchObject([{ state: 'handled', attempts: 2 }]), { timeoutMs: 10_000 })
    expect(calls).toEqual([{ id: message.id, attempt: 2 }])
    expect(await effects()).toHaveLength(1)
  })

  it('writes nothing when another worker has taken its message over', async () => {
    const message = command()
    provider = async () => void (await room.database.query(`update inbox set claimed_by = 'payment/another', attempts = attempts + 1, next_attempt_at = 'infinity'`))
    await deliver(room.app, message)
    await eventually(() => expect(calls).toHaveLength(1))
    await eventually(() => expect(atWork).toBe(0))
    expect(await effects()).toEqual([])
    expect(await inboxOf(room.database)).toMatchObject([{ state: 'received' }])
  })
})
