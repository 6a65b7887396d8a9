import { BookingRequestedV1, type Contract, PaymentAuthorizedV1, PaymentDeclinedV1, SlotHeldV1, SlotReleasedV1, SlotTakenV1 } from '@prep/contracts'
import { messagingMigrations, Outbox } from '@prep/messaging'
import { createLogger, setLogger } from '@prep/observability'
import { type Database, openDatabase, type Tx } from '@prep/persistence'
import { eventually, sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { replayHistory, SagaReader, SagaRegistry, sagaMigrations, type SagaDefinition, TimerWorker } from '../index.ts'
import { Alarm } from './alarm.ts'
import { purchase } from './purchase.fixture.ts'
import { SagaEngine } from './saga-engine.ts'

let test: TestDatabase
let database: Database
let reader: SagaReader
const workers: TimerWorker[] = []

beforeAll(async () => {
  setLogger(createLogger('saga-test', { level: 'silent' }))
  test = await testDatabase([...messagingMigrations, ...sagaMigrations])
  database = await openDatabase({ url: test.url, service: 'saga-test' })
  reader = new SagaReader(database)
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.onModuleDestroy()))
})
afterAll(async () => {
  await database.close()
  await test.drop()
})

function engineOf(...definitions: SagaDefinition[]): { engine: SagaEngine; alarm: Alarm } {
  const alarm = new Alarm()
  return { engine: new SagaEngine(new SagaRegistry(definitions), new Outbox('task-orchestrator'), alarm), alarm }
}

/** As a process that starts: fires timers until the test ends. */
function startTimers(engine: SagaEngine, alarm: Alarm): void {
  const worker = new TimerWorker(database, engine, alarm, { pollMs: 20, graceAfterStartMs: 0 })
  workers.push(worker)
  worker.onApplicationBootstrap()
}

const told = <T>(engine: SagaEngine, contract: Contract<T>, data: T, causationId?: string): Promise<void> =>
  database.transaction(tx => engine.handle(tx, contract, data, { id: v7(), correlationId: 'request-1', tenantId: 'prep', causationId }))

interface Sent {
  id: string
  type: string
  subject: string
  correlationid: string
  deadline?: string
  sagastep?: string
  data: Record<string, unknown>
}

/** All that was put into the outbox for a key, in order. */
async function sent(key: string): Promise<Sent[]> {
  const rows = await test.query<{ payload: string | Sent }>('select payload from outbox where key = $1 order by event_id', [key])
  return rows.map(({ payload }) => (typeof payload === 'string' ? (JSON.parse(payload) as Sent) : payload))
}

async function commandOf(key: string, type: string): Promise<string> {
  const found = (await sent(key)).findLast(message => message.type === type)
  if (found === undefined) throw new Error(`${type} was not sent`)
  return found.id
}

const detailsOf = async (key: string) => {
  const [summary] = await reader.byKey(key)
  const details = summary && (await reader.byId(summary.id))
  if (details === undefined) throw new Error(`no instance for ${key}`)
  return details
}

const request = (bookingId: string) => sampleOf(BookingRequestedV1, { bookingId })

describe('a saga on PostgreSQL', () => {
  it('goes from start to outcome, its messages in the same transactions', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), await commandOf(key, 'booking.hold-slot.v1'))
    await told(engine, PaymentAuthorizedV1, sampleOf(PaymentAuthorizedV1, { bookingId: key }), await commandOf(key, 'payment.authorize.v1'))
    const messages = await sent(key)
    expect(messages.map(({ type, sagastep, correlationid }) => [type, sagastep, correlationid])).toEqual([
      ['booking.hold-slot.v1', 'hold', 'request-1'],
      ['payment.authorize.v1', 'pay', 'request-1'],
      ['orchestration.saga-ended.v1', undefined, 'request-1'],
    ])
    expect(messages.slice(0, 2).every(({ deadline }) => deadline !== undefined)).toBe(true)
    expect(messages[2]?.data).toMatchObject({ key, saga: 'purchase', outcome: 'completed', failedStep: null })
    expect(await detailsOf(key)).toMatchObject({ status: 'completed', version: 3, timers: [], steps: [{ step: 'hold', status: 'done' }, { step: 'pay', status: 'done' }] })
  })

  it('undoes in reverse and says why', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), await commandOf(key, 'booking.hold-slot.v1'))
    const declined = sampleOf(PaymentDeclinedV1, { bookingId: key, reasonCode: 'card_declined', outcomeKnown: true })
    await told(engine, PaymentDeclinedV1, declined, await commandOf(key, 'payment.authorize.v1'))
    await told(engine, SlotReleasedV1, sampleOf(SlotReleasedV1, { bookingId: key }), await commandOf(key, 'booking.release-slot.v1'))
    const messages = await sent(key)
    expect(messages.at(-2)).toMatchObject({ type: 'booking.release-slot.v1', sagastep: 'undo-hold', data: { reason: 'card_declined' } })
    expect(messages.at(-1)?.data).toMatchObject({ outcome: 'compensated', failedStep: 'pay', reasonCode: 'card_declined' })
  })

  it('makes one instance of concurrent starts, and keeps a trace of the others', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await Promise.all(Array.from({ length: 8 }, () => told(engine, BookingRequestedV1, request(key))))
    expect(await reader.byKey(key)).toHaveLength(1)
    expect((await sent(key)).map(({ type }) => type)).toEqual(['booking.hold-slot.v1'])
    const { history } = await detailsOf(key)
    expect(history.map(({ event }) => event.kind)).toEqual(Array.from({ length: 8 }, () => 'started'))
  })

  it('takes the same answer once, however many arrive at the same time', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    const hold = await commandOf(key, 'booking.hold-slot.v1')
    await Promise.all(Array.from({ length: 8 }, () => told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), hold)))
    expect((await sent(key)).map(({ type }) => type)).toEqual(['booking.hold-slot.v1', 'payment.authorize.v1'])
    expect(await detailsOf(key)).toMatchObject({ version: 9, steps: [{ status: 'done' }, { status: 'sent', sends: 1 }] })
  })

  it('decides about several instances side by side in one transaction, each by its own answer', async () => {
    const { engine } = engineOf(purchase())
    const keys = [v7(), v7(), v7()] as const
    const cause = (causationId?: string) => ({ id: v7(), correlationId: 'request-1', tenantId: 'prep', causationId })
    await database.transaction(tx => Promise.all(keys.map(key => engine.handle(tx, BookingRequestedV1, request(key), cause()))))
    const holds = await Promise.all(keys.map(key => commandOf(key, 'booking.hold-slot.v1')))
    const answers: Array<[Contract<unknown>, unknown]> = [
      [SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: keys[0] })],
      [SlotTakenV1, sampleOf(SlotTakenV1, { bookingId: keys[1] })],
      [SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: keys[2] })],
    ]
    await database.transaction(tx => Promise.all(answers.map(([contract, data], i) => engine.handle(tx, contract, data, cause(holds[i])))))
    const instances = await Promise.all(keys.map(detailsOf))
    expect(instances.map(({ version, status }) => [version, status])).toEqual([[2, 'running'], [2, 'compensated'], [2, 'running']])
    expect(instances.map(({ history }) => history.length)).toEqual([2, 2, 2])
    expect((await sent(keys[1])).at(-1)?.data).toMatchObject({ outcome: 'compensated', reasonCode: 'slot_taken' })
  })

  it('never decides twice about one state, not even side by side in one transaction', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    const hold = await commandOf(key, 'booking.hold-slot.v1')
    const answer = (tx: Tx) =>
      engine.handle(tx, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), { id: v7(), correlationId: 'c', tenantId: 'prep', causationId: hold })
    await expect(database.transaction(tx => Promise.all([answer(tx), answer(tx)]))).rejects.toThrow()
    expect(await detailsOf(key)).toMatchObject({ version: 1 })
  })

  it('refuses to save what was decided about another state', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    const hold = await commandOf(key, 'booking.hold-slot.v1')
    const late = database.transaction(tx => {
      // Between the decision and its save.
      const query: Tx['query'] = (sql, params) => {
        if (sql.includes('saga_history')) tx.send('update saga_instance set version = version + 1 where key = $1', [key])
        return tx.query(sql, params)
      }
      const meddled: Tx = { query, execute: tx.execute.bind(tx), send: tx.send.bind(tx), manager: tx.manager.bind(tx), beforeCommit: tx.beforeCommit.bind(tx), onCommit: tx.onCommit.bind(tx) }
      return engine.handle(meddled, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), { id: v7(), correlationId: 'c', tenantId: 'prep', causationId: hold })
    })
    await expect(late).rejects.toMatchObject({ code: 'SAGA_CONCURRENT_UPDATE' })
  })

  it('leaves events alone that no command of a saga caused', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), v7())
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }))
    expect(await reader.byKey(key)).toEqual([])
    expect(await sent(key)).toEqual([])
  })

  it('rolls everything back together', async () => {
    const { engine } = engineOf(purchase())
    const key = v7()
    const failed = database.transaction(async tx => {
      await engine.handle(tx, BookingRequestedV1, request(key), { id: v7(), correlationId: 'c', tenantId: 'prep', causationId: undefined })
      throw new Error('the process ends here')
    })
    await expect(failed).rejects.toThrow('the process ends here')
    expect(await reader.byKey(key)).toEqual([])
    expect(await sent(key)).toEqual([])
  })
})

describe('timers', () => {
  it('turn a saga back when nobody answers, by the database clock', async () => {
    const { engine, alarm } = engineOf(purchase('50ms'))
    const key = v7()
    startTimers(engine, alarm)
    await told(engine, BookingRequestedV1, request(key))
    await eventually(async () => expect(await detailsOf(key)).toMatchObject({ status: 'compensating', failure: { step: 'hold', reasonCode: 'timed_out' } }))
    expect((await sent(key)).at(-1)).toMatchObject({ type: 'booking.release-slot.v1', correlationid: 'request-1' })
  })

  it('set by a process that is gone are fired by the next one', async () => {
    const key = v7()
    await told(engineOf(purchase('50ms')).engine, BookingRequestedV1, request(key))
    const next = engineOf(purchase('50ms'))
    startTimers(next.engine, next.alarm)
    await eventually(async () => expect((await detailsOf(key)).status).toBe('compensating'))
  })

  it('of a step fire once or not at all when its answer comes at the same moment', async () => {
    const { engine } = engineOf(purchase('1ms'))
    const keys = Array.from({ length: 20 }, () => v7())
    await Promise.all(keys.map(key => told(engine, BookingRequestedV1, request(key))))
    const holds = await Promise.all(keys.map(key => commandOf(key, 'booking.hold-slot.v1')))
    const fire = (): Promise<boolean> => database.transaction(tx => engine.fireNext(tx))
    const answers = keys.map((key, index) => told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), holds[index]))
    await Promise.all([...answers, ...keys.map(fire)])
    await eventually(async () => !(await fire()))
    for (const key of keys) {
      const { steps, history, status } = await detailsOf(key)
      const fired = history.filter(({ event }) => event.kind === 'timer' && event.step === 'hold' && event.timer === 'answer')
      const answerWasFaster = steps.some(({ step }) => step === 'pay')
      expect([status, fired.length]).toEqual(['compensating', answerWasFaster ? 0 : 1])
    }
  })

  it('that fail hold up nobody else and come back', async () => {
    const first = v7()
    const second = v7()
    await told(engineOf(purchase('20ms', 7)).engine, BookingRequestedV1, request(first))
    const { engine, alarm } = engineOf(purchase('20ms', 8))
    await told(engine, BookingRequestedV1, request(second))
    startTimers(engine, alarm)
    await eventually(async () => expect((await detailsOf(second)).status).toBe('compensating'))
    const [timer] = await test.query<{ failures: number }>('select failures from saga_timer t join saga_instance i on i.id = t.instance_id where i.key = $1', [first])
    expect(timer?.failures).toBeGreaterThanOrEqual(1)
  })
})

describe('versions and histories', () => {
  it('a running instance keeps the version that it started with; a new one takes the newest', async () => {
    const old = purchase('30s', 1)
    const renewed = purchase('60s', 2)
    const [running, fresh] = [v7(), v7()]
    await told(engineOf(old).engine, BookingRequestedV1, request(running))
    const { engine } = engineOf(old, renewed)
    await told(engine, BookingRequestedV1, request(fresh))
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: running }), await commandOf(running, 'booking.hold-slot.v1'))
    expect(await detailsOf(running)).toMatchObject({ definition_version: 1, current_step: 'pay' })
    expect(await detailsOf(fresh)).toMatchObject({ definition_version: 2 })
  })

  it('a recorded history replays to the same decisions, and a changed definition is found out', async () => {
    const { engine, alarm } = engineOf(purchase('50ms'))
    const key = v7()
    await told(engine, BookingRequestedV1, request(key))
    await told(engine, BookingRequestedV1, request(key))
    await told(engine, SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: key }), await commandOf(key, 'booking.hold-slot.v1'))
    startTimers(engine, alarm)
    await eventually(async () => expect((await detailsOf(key)).status).toBe('compensating'))
    const { history, id } = await detailsOf(key)
    expect(replayHistory(purchase('50ms'), history)).toMatchObject({ id, status: 'compensating', currentStep: 'pay' })
    expect(() => replayHistory(purchase('60ms'), history)).toThrow(expect.objectContaining({ code: 'SAGA_HISTORY_DIVERGED' }))
  })
})
