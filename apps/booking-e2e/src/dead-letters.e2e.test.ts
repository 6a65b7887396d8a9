import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryRoot } from '@prep/runtime'
import { eventually, produceRaw, readTopics } from '@prep/testing'
import { endedBooking } from './world/endings.ts'
import { startWorld, type World } from './world/world.ts'

let world: World

beforeAll(async () => { world = await startWorld() })
afterAll(async () => { await world?.end() })

interface Result { code: number, output: string }

/** `./prep dlq ...` as an operator types it. */
async function dlq(...args: string[]): Promise<Result> {
  const command = [join(repositoryRoot, 'tools/cli/main.ts'), 'dlq', ...args]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, PREP_HOME: world.platform.home, NO_COLOR: '1' } })
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number, stdout: string, stderr: string }
    return { code, output: `${stdout}${stderr}` }
  }
}

interface Group { group: string, service: string, consumer: string, code: string, count: number, sample: string }
interface Letter { event_id: string, consumer: string, state: string, place: string | null }

const groups = async (): Promise<Group[]> => (JSON.parse((await dlq('list', '--json')).output) as { groups: Group[] }).groups
const letters = async (...args: string[]): Promise<Letter[]> => (JSON.parse((await dlq('list', '--letters', '--json', ...args)).output) as { letters: Letter[] }).letters

/** What compliance knows of the kitchens: with a time zone that does not exist it cannot decide. */
const timeZone = (zone: string): Promise<unknown> => world.databases.query('compliance', 'UPDATE kitchen SET time_zone = $1', [zone])

async function bookWithBrokenHandler(): Promise<string> {
  await timeZone('Mars/Olympus')
  const answer = await world.gateway.requestBooking(world.slots.next())
  await eventually(async () => expect((await letters('--service', 'compliance')).filter(({ state }) => state === 'dead')).not.toEqual([]), { timeoutMs: 30_000 })
  return answer.data.id
}

test('a handler is broken, its letter is seen; it is mended, the letter is retried, and the booking is confirmed', async () => {
  const bookingId = await bookWithBrokenHandler()
  expect(await groups()).toMatchObject([{ service: 'compliance', consumer: 'compliance/compliance.check', code: 'COMPLIANCE_TIME_ZONE_UNKNOWN', count: 1 }])
  const [letter] = await letters('--consumer', 'compliance/compliance.check') as [Letter]

  const shown = await dlq('show', letter.event_id)
  expect(shown.output).toContain('COMPLIANCE_TIME_ZONE_UNKNOWN (PermanentError)')
  expect(shown.output).toContain(bookingId)
  expect(shown.output).toMatch(/1 attempts:\n {2}\d{4}-/)

  const again = await dlq('retry', letter.event_id, '--by', 'ada')
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('failed again: COMPLIANCE_TIME_ZONE_UNKNOWN') as string })

  await timeZone('Europe/Berlin')
  expect(await dlq('retry', letter.event_id, '--by', 'ada')).toMatchObject({ code: 0, output: expect.stringContaining('is handled now') as string })
  expect(await endedBooking(world.gateway, bookingId)).toMatchObject({ status: 'confirmed' })
  expect(await world.databases.query('compliance', 'SELECT outcome FROM compliance_check WHERE booking_id = $1', [bookingId])).toEqual([{ outcome: 'approved' }])

  expect(await dlq('retry', letter.event_id)).toMatchObject({ code: 1, output: expect.stringContaining('MSG_LETTER_NOT_DEAD') as string })
  expect(await groups()).toEqual([])
  expect((await dlq('show', letter.event_id)).output).toMatch(/replay by ada: dead[^]*replay by ada: handled/)
})

test('what happened stands in the metrics of the service', async () => {
  const text = await (await fetch(`${world.platform.part('compliance').url}/metrics`)).text()
  expect(text).toMatch(/prep_messaging_deliveries_total\{[^}]*consumer="compliance\/compliance\.check",[^}]*outcome="dead"[^}]*\} 1\n/)
  expect(text).toMatch(/prep_messaging_retries_total\{[^}]*consumer="compliance\/compliance\.check",[^}]*outcome="handled"[^}]*\} 1\n/)
  expect(text).toMatch(/prep_messaging_inbox_rows\{[^}]*state="dead"[^}]*\} 0\n/)
  expect(text).toMatch(/prep_messaging_lag_seconds_count\{[^}]*topic="prep\.compliance\.commands"[^}]*\} \d/)
})

test('every letter and every decision was announced on the topic of dead letters', async () => {
  const told = await eventually(async () => {
    const events = (await readTopics(world.platform.kafkaBrokers, ['prep.deadletter.events'])).map(({ value }) => JSON.parse(value.toString()) as { type: string, data: Record<string, unknown> })
    expect(events.map(({ type }) => type)).toHaveLength(4)
    return events
  }, { timeoutMs: 15_000 })
  expect(told.find(({ type }) => type === 'deadletter.recorded.v1')?.data).toMatchObject({ consumer: 'compliance/compliance.check', code: 'COMPLIANCE_TIME_ZONE_UNKNOWN', count: 1 })
  expect(told.filter(({ type }) => type === 'deadletter.replayed.v1').map(({ data }) => data['outcome']).sort()).toEqual(['dead', 'handled', 'refused'])
})

test('a letter that is skipped stays, with who and why', async () => {
  await bookWithBrokenHandler()
  const [letter] = await letters('--consumer', 'compliance/compliance.check') as [Letter]
  expect(await dlq('skip', letter.event_id)).toMatchObject({ code: 1, output: expect.stringContaining('DLQ_WHY_MISSING') as string })
  expect(await dlq('skip', letter.event_id, '--by', 'ada', '--why', 'The customer called it off.')).toMatchObject({ code: 0 })
  expect((await dlq('show', letter.event_id)).output).toMatch(/skipped[^]*skip by ada: skipped {2}"The customer called it off\."/)
  await timeZone('Europe/Berlin')
})

test('a message that is parked behind a letter is shown, and skipped, as the letter is', async () => {
  await bookWithBrokenHandler()
  const [letter] = await letters('--consumer', 'compliance/compliance.check') as [Letter]
  // As the library leaves them when the handler is an ordered one.
  const behind = randomUUID()
  await world.databases.query('compliance', `
    WITH blocked AS (
      INSERT INTO inbox_order (consumer, partition_key, state, blocked_by, parked) SELECT consumer, partition_key, 'blocked', event_id, 1 FROM inbox WHERE event_id = $1)
    INSERT INTO inbox (consumer, event_id, event_type, partition_key, sequence, state, attempts, envelope)
    SELECT consumer, $2, event_type, partition_key, sequence, 'parked', 0, envelope FROM inbox WHERE event_id = $1`, [letter.event_id, behind])
  expect((await dlq('show', letter.event_id)).output).toMatch(/holds up {2}1 later/)
  expect((await dlq('show', behind)).output).toContain(`waits for ${letter.event_id}`)
  expect(await dlq('retry', behind)).toMatchObject({ code: 1, output: expect.stringContaining('MSG_LETTER_NOT_NEXT') as string })
  expect(await dlq('skip', behind, '--by', 'ada', '--why', 'It is the same again.')).toMatchObject({ code: 0 })
  expect((await dlq('show', behind)).output).toMatch(/skipped[^]*skip by ada: skipped/)
  expect((await dlq('show', letter.event_id)).output).not.toContain('holds up')
  expect(await dlq('skip', letter.event_id, '--by', 'ada', '--why', 'The customer called it off.')).toMatchObject({ code: 0 })
  await timeZone('Europe/Berlin')
})

test('garbage from the broker is told by its place, and cannot be retried', async () => {
  await produceRaw(world.platform.kafkaBrokers, [{ topic: 'prep.booking.events', key: 'x', value: 'not JSON at all', partition: 3 }])
  const raw = await eventually(async () => {
    const found = await letters('--service', 'notification')
    expect(found).toHaveLength(1)
    return found[0] as Letter
  }, { timeoutMs: 30_000 })
  expect(raw.place).toMatch(/^prep\.(booking\.events|notification\.dead)\/\d+\/\d+$/)
  // Every subscriber of the topic has one under the same id.
  expect(await dlq('retry', raw.event_id)).toMatchObject({ code: 1, output: expect.stringContaining('DLQ_LETTER_AMBIGUOUS') as string })
  expect(await dlq('retry', raw.event_id, '--consumer', raw.consumer)).toMatchObject({ code: 1, output: expect.stringContaining('MSG_LETTER_UNREADABLE') as string })
  expect(await dlq('show', 'feedfeed')).toMatchObject({ code: 1, output: expect.stringContaining('DLQ_LETTER_UNKNOWN') as string })
})
