import { Controller, Inject, type Type } from '@nestjs/common'
import { HoldSlotV1, type HoldSlotV1Data, SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { type Envelope, MessageContext, Outbox, Subscribe } from '@prep/messaging'
import type { Database } from '@prep/persistence'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import type { TestDatabase } from '../database.ts'
import { eventually } from '../eventually.ts'
import { inboxOf, type InboxRow } from '../published.ts'
import { envelopeOf, type MessageFields, sampleOf } from '../samples.ts'
import { tcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import type { Transport } from './transport.ts'

/** What an instance is started with. */
export interface InstanceSettings {
  lanes?: number
  bulkAwaitMs?: number
}

export interface RunOptions extends InstanceSettings {
  url: string
  controllers: Type[]
  daprHttpPort: number
  daprApiToken?: string
  appApiToken?: string
}

/** A service that runs, as `libs/service` would run it. */
export interface RunningService {
  readonly port: number
  readonly database: Database
  readonly outbox: Outbox
  stop(): Promise<void>
}

/** Starts a service of handlers only, named `booking`. */
export type RunService = (options: RunOptions) => Promise<RunningService>

export interface Instance extends RunningService {
  readonly name: string
  /** Between the transport and the instance. */
  readonly link: TcpProxy
  /** Ends its sidecar and itself; itself as many times at once as is said. */
  stop(times?: number): Promise<void>
}

/** What a handler does for one message besides its effect and its answer. */
type Part = (context: MessageContext<HoldSlotV1Data>) => Promise<void>

interface Run { id: string, instance: string }

const WAIT = { timeoutMs: 60_000 }

/**
 * One service on one transport, and what the cases ask of them: its handler writes one row for each message, answers by
 * one event, and then plays the part that the case gave it.
 */
export class Room {
  readonly transport: Transport
  readonly database: TestDatabase
  readonly runs: Run[] = []
  readonly parts = new Map<string, Part>()
  readonly instances: Instance[] = []
  readonly #run: RunService
  #started = 0

  constructor(transport: Transport, database: TestDatabase, run: RunService) {
    this.transport = transport
    this.database = database
    this.#run = run
  }

  /** The instance that the cases share. */
  get instance(): Instance {
    return this.instances[0] as Instance
  }

  async startInstance(settings: InstanceSettings = {}): Promise<Instance> {
    const name = `instance ${++this.#started}`
    const app = { host: '127.0.0.1', port: 0 }
    const link = await tcpProxy(app)
    const attachment = await this.transport.attach(link.port)
    const { daprHttpPort, daprApiToken, appApiToken } = attachment
    const tokens = { ...(daprApiToken ? { daprApiToken } : {}), ...(appApiToken ? { appApiToken } : {}) }
    const service = await this.#run({ url: this.database.url, controllers: [handlersOf(this, name)], daprHttpPort, ...tokens, ...settings })
    app.port = service.port
    await attachment.start()
    const stop = async (times = 1): Promise<void> => {
      if (this.instances.includes(instance)) this.instances.splice(this.instances.indexOf(instance), 1)
      // As the platform does: both are told at the same time.
      await Promise.all([attachment.stop(), ...Array.from({ length: times }, () => service.stop())])
      await link.close()
    }
    const instance: Instance = { ...service, name, link, stop }
    this.instances.push(instance)
    return instance
  }

  async stopAll(): Promise<void> {
    for (const instance of [...this.instances]) await instance.stop()
  }

  /** A command, with a part for its handler to play. */
  hold(part?: Part, fields: MessageFields = {}): Envelope<HoldSlotV1Data> {
    const bookingId = fields.subject ?? v7()
    const message = envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1, { bookingId }), { ...fields, subject: bookingId })
    if (part) this.parts.set(message.id, part)
    return message
  }

  send(...messages: Envelope[]): Promise<void> {
    return this.transport.send(HoldSlotV1.topic, messages)
  }

  /** Sends a message behind those of this key, and waits until it is handled: whatever came before it was answered. */
  async sendAndWaitBehind({ subject }: Envelope): Promise<void> {
    const last = this.hold(undefined, { subject })
    await this.send(last)
    await this.handled([last])
  }

  /** Changes something and tells of it, in one transaction of a use case. */
  async change(bookingId: string, version: number): Promise<void> {
    await this.instance.database.transaction(async (tx) => {
      await tx.query('insert into effects (event_id, note) values ($1, $2)', [v7(), `saved ${bookingId}`])
      await this.instance.outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId }), subject: bookingId, sequence: version })
    })
  }

  /** The versions of an aggregate in the order in which its events were handled. */
  async versionsHeard(bookingId: string): Promise<number[]> {
    const rows = await this.database.query<{ note: string }>('select note from effects where note like $1 order by id', [`heard ${bookingId} %`])
    return rows.map(({ note }) => Number(note.split(' ')[2]))
  }

  handled(messages: readonly Envelope[]): Promise<void> {
    return this.inState('handled', messages)
  }

  async inState(state: string, messages: readonly Envelope[]): Promise<void> {
    await eventually(async () => {
      const rows = await this.database.query('select 1 from inbox where state = $1 and event_id = any($2::uuid[])', [state, messages.map(({ id }) => id)])
      expect(rows).toHaveLength(messages.length)
    }, { ...WAIT, what: `${messages.length} messages ${state}` })
  }

  async recordOf({ id }: Envelope): Promise<InboxRow | undefined> {
    return (await inboxOf(this.database)).find(({ event_id }) => event_id === id)
  }

  /** Ids of what handlers wrote for these messages, in the order of writing. */
  async effectsOf(messages: readonly Envelope[]): Promise<string[]> {
    const rows = await this.database.query<{ event_id: string }>(`select event_id from effects where event_id = any($1::uuid[]) order by id`, [messages.map(({ id }) => id)])
    return rows.map(({ event_id }) => event_id)
  }

  /** Ids of the answers on the topic to these messages, each counted once, once there are as many as expected. */
  async answersTo(messages: readonly Envelope[], count = messages.length): Promise<string[]> {
    const ids = new Set(messages.map(({ id }) => id))
    return await eventually(async () => {
      const answers = (await this.transport.read(SlotHeldV1.topic)).filter(({ causationid }) => ids.has(causationid ?? ''))
      const distinct = [...new Set(answers.map(({ id }) => id))]
      expect(distinct).toHaveLength(count)
      return distinct
    }, WAIT)
  }

  runsOf({ id }: Envelope): Run[] {
    return this.runs.filter((run) => run.id === id)
  }

  async running(message: Envelope): Promise<void> {
    await eventually(() => this.runsOf(message).length > 0, { ...WAIT, what: 'its handler runs' })
  }
}

function handlersOf(room: Room, instance: string): Type {
  @Controller()
  class Handlers {
    readonly outbox: Outbox

    constructor(@Inject(Outbox) outbox: Outbox) {
      this.outbox = outbox
    }

    @Subscribe(HoldSlotV1, { retry: { immediate: 2, delaysMs: [50], maxAttempts: 6 } })
    async hold({ bookingId }: HoldSlotV1Data, context: MessageContext<HoldSlotV1Data>): Promise<void> {
      const { id } = context.envelope
      room.runs.push({ id, instance })
      await context.tx.query('insert into effects (event_id, note) values ($1, $2)', [id, 'held'])
      await this.outbox.publish(context.tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId }), subject: bookingId, sequence: 1 })
      await room.parts.get(id)?.(context)
    }

    @Subscribe(SlotHeldV1)
    async heard({ bookingId }: SlotHeldV1Data, { envelope, tx }: MessageContext<SlotHeldV1Data>): Promise<void> {
      await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, `heard ${bookingId} ${Number(envelope.sequence)}`])
    }
  }
  return Handlers
}
