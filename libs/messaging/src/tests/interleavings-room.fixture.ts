import { Controller, Inject, type Type } from '@nestjs/common'
import { BookingConfirmedV1, type Contract, ReplayDeadLetterV1, SkipDeadLetterV1, SlotHeldV1, type SlotHeldV1Data, SlotReleasedV1, type SlotReleasedV1Data } from '@prep/contracts'
import { deliver, envelopeOf, eventually, sampleOf, tcpProxy, type TcpProxy, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { type Envelope, MessageContext, Outbox, PermanentError, Subscribe } from '../index.ts'
import { type FakeSidecar, fakeSidecar } from './fake-sidecar.fixture.ts'
import { MAX_ATTEMPTS, type Model, type ModelMessage, type Plan } from './interleavings-model.fixture.ts'
import { fixtureMigrations, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

const COMMANDS = 'prep.booking.commands'
/** Nothing is due before the test says so. */
const retry = { immediate: 0, delaysMs: [3_600_000], maxAttempts: MAX_ATTEMPTS }

/** The real thing beside the model: a service on a real database, whose broker is in the test's hands. */
export class InterleavingsRoom {
  readonly plans = new Map<string, Plan>()
  /** Called in every handler, before it decides how to end. */
  duringHandler: () => void = () => undefined
  #test!: TestDatabase
  #proxy!: TcpProxy
  #sidecar!: FakeSidecar
  #service!: MessagingService

  async open(): Promise<void> {
    this.#test = await testDatabase(fixtureMigrations)
    const url = new URL(this.#test.url)
    this.#proxy = await tcpProxy({ host: url.hostname, port: Number(url.port) })
    this.#sidecar = await fakeSidecar()
    await this.#start()
  }

  async close(): Promise<void> {
    await this.#service?.stop()
    await this.#sidecar?.close()
    await this.#proxy?.close()
    await this.#test?.drop()
  }

  /** As new, for another sequence. */
  async reset(): Promise<void> {
    this.plans.clear()
    this.#sidecar.accepted.splice(0)
    const tables = await this.#test.query<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relname in ('inbox', 'inbox_order', 'outbox', 'effects', 'letter_decision')`)
    await this.#test.empty(...tables.map(({ name }) => name))
  }

  /** In a transaction that is committed, or rolled back. */
  async publish(isOrdered: boolean, key: string, sequence: number, plan: Plan, isCommitted: boolean): Promise<string> {
    let id = ''
    const contract: Contract<unknown> = isOrdered ? SlotReleasedV1 : SlotHeldV1
    const work = this.#service.database.transaction(async tx => {
      id = await this.#service.outbox.publish(tx, contract, { data: sampleOf(contract), subject: key, sequence })
      this.plans.set(id, plan)
      if (!isCommitted) throw new Error('rolled back')
    })
    await work.catch((error: Error) => expect(error.message).toBe('rolled back'))
    if (isCommitted) await eventually(() => this.#accepted(id) !== undefined)
    return id
  }

  /** @returns false when the service is to get them again */
  async deliver(messages: readonly ModelMessage[]): Promise<boolean> {
    if (messages.length === 0) return true
    const statuses = await deliver(this.#service.app, messages.map((message) => this.#asDelivered(message)))
    return statuses.every(status => status === 'SUCCESS')
  }

  /**
   * The process loses its database in the middle of a delivery, and with it its life; another one takes its place.
   * @returns ids of what was recorded nevertheless: a lane may have come to its end before
   */
  async crashIn(messages: readonly ModelMessage[]): Promise<Set<string>> {
    this.duringHandler = () => this.#proxy.cut()
    await this.deliver(messages)
    this.#proxy.cut()
    this.duringHandler = () => undefined
    this.#proxy.mend()
    await this.#service.stop()
    await this.#start()
    const rows = await this.#test.query<{ id: string }>('select event_id as id from inbox where event_id = any($1::uuid[])', [messages.map(({ id }) => id)])
    return new Set(rows.map(({ id }) => id))
  }

  async retry({ id }: ModelMessage): Promise<void> {
    const [before] = await this.#test.query<{ attempts: number }>(`update inbox set next_attempt_at = clock_timestamp() where event_id = $1 and state = 'retrying' returning attempts`, [id])
    await eventually(async () => {
      const [row] = await this.#test.query<{ attempts: number }>('select attempts from inbox where event_id = $1', [id])
      expect(row?.attempts).toBe((before?.attempts ?? 0) + 1)
    })
  }

  /** @returns whether it was allowed */
  async replay(message: ModelMessage): Promise<boolean> {
    const command = envelopeOf(ReplayDeadLetterV1, { consumer: consumerOf(message), eventId: message.id, operator: 'ada' }, { subject: message.id })
    return (await this.#decide(command)) !== 'refused'
  }

  /** @returns whether it was allowed */
  async skip(message: ModelMessage): Promise<boolean> {
    const command = envelopeOf(SkipDeadLetterV1, { consumer: consumerOf(message), eventId: message.id, operator: 'ada', reason: 'It is known.' }, { subject: message.id })
    return (await this.#decide(command)) !== 'refused'
  }

  /** @returns whether it was dead */
  async archive({ id }: ModelMessage): Promise<boolean> {
    const rows = await this.#test.query(`update inbox set state = 'archived' where event_id = $1 and state = 'dead' returning 1`, [id])
    return rows.length === 1
  }

  /** Each message is where the model has it; its effect is there once if it is handled, and not otherwise; ordered ones by sequence. */
  async checkStates(model: Model): Promise<void> {
    const expected = model.messages.filter(({ state }) => state !== undefined).map(({ id, state, attempts }) => ({ id, state, attempts }))
    await eventually(async () => {
      const rows = await this.#test.query(`select event_id as id, state, attempts from inbox where consumer like 'booking/booking.%' order by event_id`)
      expect(rows).toEqual(expected.sort((one, other) => (one.id < other.id ? -1 : 1)))
    }, { timeoutMs: 5_000 })
    const effects = (await this.#test.query<{ id: string }>('select event_id as id from effects order by id')).map(({ id }) => id)
    expect([...effects].sort()).toEqual(model.inState('handled').map(({ id }) => id).sort())
    for (const key of new Set(model.messages.map((message) => message.key))) {
      const ordered = model.inState('handled').filter((message) => message.isOrdered && message.key === key).map(({ id }) => id)
      expect(effects.filter((id) => ordered.includes(id))).toEqual(ordered)
    }
  }

  /** What was committed was sent, in order per key, and nothing else; each handled message was answered once. */
  async checkPublished(model: Model): Promise<void> {
    await eventually(async () => expect(await this.#test.query('select 1 from outbox')).toEqual([]))
    const sent = new Map(this.#sidecar.accepted.map(({ event }) => [event.id, event as Envelope]))
    const own = [...sent.values()].filter(({ type }) => type === SlotHeldV1.type || type === SlotReleasedV1.type)
    expect(own.map(({ id }) => id).sort()).toEqual(model.messages.map(({ id }) => id).sort())
    for (const key of new Set(own.map(({ partitionkey }) => partitionkey))) {
      for (const isOrdered of [true, false]) {
        const committed = model.messages.filter(message => message.key === key && message.isOrdered === isOrdered)
        const type = isOrdered ? SlotReleasedV1.type : SlotHeldV1.type
        expect(own.filter(event => event.partitionkey === key && event.type === type).map(({ id }) => id)).toEqual(committed.map(({ id }) => id))
      }
    }
    const answered = [...sent.values()].filter(({ type }) => type === BookingConfirmedV1.type).map(({ causationid }) => causationid)
    expect(answered.sort()).toEqual(model.inState('handled').map(({ id }) => id).sort())
  }

  async #decide(command: Envelope): Promise<string> {
    expect(await deliver(this.#service.app, command, COMMANDS)).toEqual(['SUCCESS'])
    return eventually(async () => {
      const [row] = await this.#test.query<{ outcome: string | null }>('select outcome from letter_decision where command_id = $1', [command.id])
      return row?.outcome ?? false
    })
  }

  #asDelivered({ id, plan: { isBroken } }: ModelMessage): Envelope {
    const envelope = this.#accepted(id) as Envelope
    return isBroken ? { ...envelope, data: {} } : envelope
  }

  #accepted(id: string): Envelope | undefined {
    return this.#sidecar.accepted.find(({ event }) => event.id === id)?.event as Envelope | undefined
  }

  async #start(): Promise<void> {
    const url = new URL(this.#test.url)
    url.port = String(this.#proxy.port)
    this.#service = await startMessagingService({ url: url.toString(), controllers: [handlersOf(this)], daprHttpPort: this.#sidecar.port })
  }
}

function consumerOf({ isOrdered }: ModelMessage): string {
  return isOrdered ? 'booking/booking.slot-released' : 'booking/booking.slot-held'
}

function handlersOf(room: InterleavingsRoom): Type {
  @Controller()
  class Handlers {
    constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

    @Subscribe(SlotHeldV1, { retry })
    free(_data: SlotHeldV1Data, context: MessageContext<SlotHeldV1Data>): Promise<void> {
      return this.play(context)
    }

    @Subscribe(SlotReleasedV1, { retry, ordered: true })
    ordered(_data: SlotReleasedV1Data, context: MessageContext<SlotReleasedV1Data>): Promise<void> {
      return this.play(context)
    }

    private async play({ envelope, tx, attempt }: MessageContext): Promise<void> {
      const plan = room.plans.get(envelope.id) as Plan
      await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'handled'])
      await this.outbox.publish(tx, BookingConfirmedV1, { data: sampleOf(BookingConfirmedV1), subject: v7() })
      room.duringHandler()
      if (plan.isPoison) throw new PermanentError('POISON', 'It will never pass')
      if (attempt <= plan.failures) throw new Error(`attempt ${attempt}`)
    }
  }
  return Handlers
}
