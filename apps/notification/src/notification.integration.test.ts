import { randomUUID } from 'node:crypto'
import { BookingConfirmedV1, type BookingConfirmedV1Data, BookingRejectedV1 } from '@prep/contracts'
import { runService, type RunningService } from '@prep/service'
import { deliver, envelopeOf, eventually, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { startSmtpSandbox, type SmtpSandbox } from '@prep/sandbox'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NotificationModule } from './notification.module.ts'
import { migrations } from './persistence/migrations.ts'

interface MessageResource {
  id: string
  booking_id: string
  kind: string
  status: string
  subject: string
  body: string
  to: { name: string; email: string }
  sent_at: string | null
}

interface Answer {
  data: MessageResource[]
  meta: { pagination: { next_cursor: string | null } }
  error: { errors: { parameter: string }[] }
}

let database: TestDatabase
let service: RunningService

async function start(smtpUrl: string): Promise<void> {
  database = await testDatabase(migrations)
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('PORT', '0')
  vi.stubEnv('LOG_LEVEL', 'silent')
  vi.stubEnv('DAPR_HTTP_PORT', '1')
  vi.stubEnv('SMTP_URL', smtpUrl)
  vi.stubEnv('MAIL_FROM', 'Prep <bookings@prep.example>')
  service = await runService({ name: 'notification', module: NotificationModule })
}

async function stop(): Promise<void> {
  await service?.stop()
  await database?.drop()
  vi.unstubAllEnvs()
}

function aConfirmed(changes: Partial<BookingConfirmedV1Data> = {}): BookingConfirmedV1Data {
  return sampleOf(BookingConfirmedV1, { bookingId: randomUUID(), ...changes })
}

async function get(path: string) {
  const answer = await fetch(`${service.url}${path}`)
  return { status: answer.status, body: (await answer.json()) as Answer }
}

const messagesOf = async (bookingId: string) => (await get(`/api/v1/messages?booking_id=${bookingId}`)).body.data

/** Waits until the delivery has come to its end. */
function settled(eventId: string): Promise<{ state: string; error_code: string | null }> {
  return eventually(async () => {
    const rows = await database.query<{ state: string; error_code: string | null }>(
      "SELECT state, error_code FROM inbox WHERE event_id = $1 AND state IN ('handled', 'dead')",
      [eventId],
    )
    return rows[0] ?? false
  })
}

describe('without a mail server', () => {
  beforeAll(() => start(''))
  afterAll(stop)

  it('keeps a readable message for a confirmed booking', async () => {
    const data = aConfirmed()
    const event = envelopeOf(BookingConfirmedV1, data)
    expect(await deliver(service.app, event)).toEqual(['SUCCESS'])
    expect(await settled(event.id)).toEqual({ state: 'handled', error_code: null })
    expect(await messagesOf(data.bookingId)).toEqual([
      expect.objectContaining({
        kind: 'booking-confirmed',
        status: 'stored',
        to: data.customer,
        subject: 'Your booking of Harbour Kitchen is confirmed',
        body: expect.stringContaining('Monday, 2 March 2026, 09:00 to 13:00 CET (Europe/Berlin)'),
        sent_at: null,
      }),
    ])
  })

  it('keeps one for a rejected booking, with a reason for people', async () => {
    const data = sampleOf(BookingRejectedV1, { bookingId: randomUUID(), reasonCode: 'slot_taken' })
    const event = envelopeOf(BookingRejectedV1, data)
    await deliver(service.app, event)
    await settled(event.id)
    const [message] = await messagesOf(data.bookingId)
    expect(message).toMatchObject({ kind: 'booking-rejected', status: 'stored' })
    expect(message!.body).toContain('Somebody else has booked this time.')
  })

  it('keeps one message a booking and kind, however often it is told', async () => {
    const data = aConfirmed()
    const [first, second] = [envelopeOf(BookingConfirmedV1, data), envelopeOf(BookingConfirmedV1, data)]
    for (const event of [first, first, second]) await deliver(service.app, event)
    await settled(first.id)
    await settled(second.id)
    expect(await messagesOf(data.bookingId)).toHaveLength(1)
  })

  it('lists newest first, page by page', async () => {
    const all = (await get('/api/v1/messages')).body.data
    const firstPage = await get('/api/v1/messages?limit=2')
    const { next_cursor: cursor } = firstPage.body.meta.pagination
    const rest = await get(`/api/v1/messages?cursor=${cursor}`)
    expect([...firstPage.body.data, ...rest.body.data]).toEqual(all)
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    )
    expect(rest.body.meta.pagination.next_cursor).toBeNull()
  })

  it.each(['?limit=0', '?cursor=nonsense', '?booking_id=7', '?unknown=1'])('refuses %s', async (query) => {
    const { status, body } = await get(`/api/v1/messages${query}`)
    expect([status, body.error.errors[0]?.parameter]).toEqual([400, /\w+/.exec(query)![0]])
  })

  it('makes a dead letter of what cannot be shown', async () => {
    const event = envelopeOf(BookingConfirmedV1, aConfirmed({ timeZone: 'Mars/Olympus' }))
    await deliver(service.app, event)
    expect(await settled(event.id)).toEqual({ state: 'dead', error_code: 'NOTIFICATION_VALUE_NOT_SHOWABLE' })
  })
})

describe('with a mail server', () => {
  let smtp: SmtpSandbox

  beforeAll(async () => {
    smtp = await startSmtpSandbox()
    await start(smtp.url)
  })
  afterAll(async () => {
    await stop()
    await smtp?.close()
  })

  const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email))

  it('sends the message once and marks it sent', async () => {
    const data = aConfirmed({ customer: { name: 'Zoë Ünal', email: 'zoe@example.org' } })
    const event = envelopeOf(BookingConfirmedV1, data)
    await deliver(service.app, event)
    await settled(event.id)
    const again = envelopeOf(BookingConfirmedV1, data)
    await deliver(service.app, again)
    await settled(again.id)
    const [message] = await messagesOf(data.bookingId)
    expect(message).toMatchObject({ status: 'sent', sent_at: expect.any(String) })
    const mails = mailsTo('zoe@example.org')
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ from: 'bookings@prep.example' })
    expect(mails[0]!.raw).toContain(`Message-ID: <${message!.id}@prep.example>`)
    expect(mails[0]!.raw).toContain('Subject: Your booking of Harbour Kitchen is confirmed')
  })

  it('makes a dead letter of an address the server refuses for good; the text stays readable', async () => {
    smtp.refuse('gone@example.org', '550 5.1.1 No such mailbox')
    const data = aConfirmed({ customer: { name: 'Gone', email: 'gone@example.org' } })
    const event = envelopeOf(BookingConfirmedV1, data)
    await deliver(service.app, event)
    expect(await settled(event.id)).toEqual({ state: 'dead', error_code: 'NOTIFICATION_MAIL_REFUSED' })
    expect(await messagesOf(data.bookingId)).toEqual([expect.objectContaining({ status: 'stored' })])
  })

  it('tries again while the server is away, and sends the same message once it is back', async () => {
    const { port } = smtp
    await smtp.close()
    const data = aConfirmed({ customer: { name: 'Late', email: 'late@example.org' } })
    const event = envelopeOf(BookingConfirmedV1, data)
    await deliver(service.app, event)
    await eventually(async () => {
      const [row] = await database.query('SELECT state, error_code FROM inbox WHERE event_id = $1', [event.id])
      expect(row).toEqual({ state: 'retrying', error_code: 'NOTIFICATION_MAIL_UNAVAILABLE' })
    })
    smtp = await startSmtpSandbox({ port })
    expect(await settled(event.id)).toMatchObject({ state: 'handled' })
    expect(mailsTo('late@example.org')).toHaveLength(1)
    expect(await messagesOf(data.bookingId)).toEqual([expect.objectContaining({ status: 'sent' })])
  })
})
