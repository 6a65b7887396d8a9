import { AuthorizePaymentV1, CapturePaymentV1, PaymentAuthorizedV1, PaymentCapturedV1, PaymentDeclinedV1 } from '@prep/contracts'
import { startStripeSandbox, type StripeSandbox } from '@prep/sandbox'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, startTestService, type TestService } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let sandbox: StripeSandbox
let service: TestService

beforeAll(async () => {
  sandbox = await startStripeSandbox()
  service = await startTestService({
    name: 'payment',
    module: async () => (await import('./payment.module.ts')).PaymentModule,
    migrations: async () => (await import('./persistence/migrations/index.ts')).paymentMigrations,
    env: { STRIPE_API_KEY: 'sk_test_service', STRIPE_API_BASE: sandbox.url, LOG_LEVEL: 'silent' },
  })
})
afterAll(async () => {
  await service?.stop()
  await sandbox?.close()
})

const deadline = (ms = 60_000) => new Date(Date.now() + ms)
const authorize = (over = {}) => ({ bookingId: uuidv7(), amountMinor: 9_000, currency: 'EUR', paymentMethod: 'pm_card_visa', ...over })
const answersTo = async (id: string) => (await publishedBy(service.database)).filter(({ causationid }) => causationid === id)

describe('the whole service', () => {
  it('answers commands with events that carry the saga step and the command\'s id', async () => {
    const asked = envelopeOf(AuthorizePaymentV1, authorize(), { deadline: deadline(), sagaStep: 'authorize' })
    expect(await deliver(service.app, asked)).toEqual(['SUCCESS'])
    const [authorized] = await eventually(async () => (await answersTo(asked.id)).length === 1 && answersTo(asked.id))
    expect(authorized).toMatchObject({
      type: PaymentAuthorizedV1.type, source: '/prep/payment', subject: asked.data.bookingId, sagastep: 'authorize', correlationid: asked.correlationid,
    })
    const { bookingId, amountMinor, currency } = asked.data
    const take = envelopeOf(CapturePaymentV1, { bookingId, amountMinor, currency }, { deadline: deadline() })
    await deliver(service.app, [take, take])
    const taken = await eventually(async () => (await answersTo(take.id)).length > 0 && answersTo(take.id))
    expect(taken).toMatchObject([{ type: PaymentCapturedV1.type, data: { amountMinor, currency } }])
    expect(sandbox.ledger().filter(line => line.bookingId === bookingId)).toMatchObject([{ capturedMinor: amountMinor }])
  })

  it('ends an unreachable provider at the deadline, not long after it', async () => {
    const { port } = sandbox
    await sandbox.close()
    const asked = envelopeOf(AuthorizePaymentV1, authorize(), { deadline: deadline(1_200) })
    await deliver(service.app, asked)
    const [declined] = await eventually(async () => (await answersTo(asked.id)).length === 1 && answersTo(asked.id))
    expect(declined).toMatchObject({ type: PaymentDeclinedV1.type, data: { reasonCode: 'provider_unavailable', outcomeKnown: true } })
    expect(Date.parse(String(declined?.time)) - Date.parse(String(asked.deadline))).toBeLessThan(3_000)
    const [row] = (await inboxOf(service.database)).filter(({ event_id: id }) => id === asked.id)
    expect(row).toMatchObject({ state: 'handled' })
    sandbox = await startStripeSandbox({ port })
  })

  it('shows payments to operators', async () => {
    const asked = envelopeOf(AuthorizePaymentV1, authorize(), { deadline: deadline() })
    await deliver(service.app, asked)
    const { bookingId } = asked.data
    const list = async (query: string) => {
      const answer = await fetch(`${service.url}/api/v1/payments?${query}`)
      return { status: answer.status, body: await answer.json() as { data: unknown[]; error: unknown } }
    }
    await eventually(async () => (await list(`booking_id=${bookingId}&status=authorized`)).body.data.length === 1)
    expect((await list(`booking_id=${bookingId}`)).body.data).toMatchObject([
      { booking_id: bookingId, status: 'authorized', amount_minor: 9_000, currency: 'EUR', captured_minor: 0, provider: 'stripe' },
    ])
    expect((await list('limit=1')).body.data).toHaveLength(1)
    expect(await list('booking_id=what')).toMatchObject({ status: 400, body: { error: { code: 'HTTP_INVALID_QUERY' } } })
  })
})
