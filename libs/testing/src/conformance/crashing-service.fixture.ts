import 'reflect-metadata'
import { setTimeout as sleep } from 'node:timers/promises'
import { Controller, Inject, Module } from '@nestjs/common'
import {
  type Contract, HoldSlotV1, type HoldSlotV1Data, KitchenChangedV1, type KitchenChangedV1Data, KitchensRepublishedV1, type KitchensRepublishedV1Data, ReleaseSlotV1,
  type ReleaseSlotV1Data, RepublishKitchensV1, SlotHeldV1, type SlotHeldV1Data, SlotReleasedV1, type SlotReleasedV1Data,
} from '@prep/contracts'
import {
  type Effect, type Envelope, type ExternalContext, type MessageContext, MessagingModule, Outbox, PermanentError, type Projection, Projections, Subscribe, type SubscribeOptions,
} from '@prep/messaging'
import { crashAroundCommit } from '@prep/messaging/crash-points'
import { Database, PersistenceModule, type Tx } from '@prep/persistence'
import { startService } from '@prep/service'
import { v7 } from 'uuid'
import { sampleOf } from '../samples.ts'

/*
 * A service for tests that kill it. Node runs this file as it is, from built libraries, and knows no decorators: they are
 * called by hand below.
 */
const service = process.env['PREP_SERVICE'] ?? 'booking'
const providerUrl = process.env['PROVIDER_URL'] ?? ''
const retry = { immediate: 0, delaysMs: [50], maxAttempts: 6 }

class Handlers {
  readonly outbox: Outbox
  readonly kitchens: Projection<Pick<KitchenChangedV1Data, 'kitchenId' | 'version'>>
  readonly database: Database

  constructor(outbox: Outbox, projections: Projections, database: Database) {
    this.outbox = outbox
    this.database = database
    this.kitchens = projections.define({
      name: 'kitchens',
      write: async (tx, generation, { kitchenId, version }) => void (await tx.query(
        `insert into kitchens as known values ($1, $2, $3) on conflict (generation, id) do update set version = excluded.version where known.version < excluded.version`,
        [generation, kitchenId, version])),
      clear: async (tx, generation) => void (await tx.query('delete from kitchens where generation = $1', [generation])),
      request: async (tx, page) => void (await outbox.publish(tx, RepublishKitchensV1, { subject: page.rebuildId, data: { ...page, requestedBy: service } })),
    })
  }

  /** Writes, counts, answers; then fails the first time, or always, if the table `parts` wants it so. */
  async hold({ bookingId }: HoldSlotV1Data, { envelope, tx, attempt }: MessageContext<HoldSlotV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'held'])
    await tx.query('update counter set n = n + 1')
    await this.outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId }), subject: bookingId, sequence: 1 })
    await failAsPlanned(tx, envelope, attempt)
  }

  async inOrder(_data: SlotReleasedV1Data, { envelope, tx, attempt }: MessageContext<SlotReleasedV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'in order'])
    await failAsPlanned(tx, envelope, attempt)
  }

  async kitchen(data: KitchenChangedV1Data, { tx }: MessageContext<KitchenChangedV1Data>): Promise<void> {
    await this.kitchens.apply(tx, data)
  }

  async page({ rebuildId, after, next, kitchens }: KitchensRepublishedV1Data, context: MessageContext<KitchensRepublishedV1Data>): Promise<void> {
    await this.kitchens.takePage(context, { rebuildId, after, next, items: kitchens })
  }

  async heard(_data: SlotHeldV1Data, { envelope, tx }: MessageContext<SlotHeldV1Data>): Promise<void> {
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'heard'])
  }

  async release(_data: ReleaseSlotV1Data, { envelope, signal }: ExternalContext<ReleaseSlotV1Data>): Promise<Effect> {
    const [part] = await this.database.query<{ kind: string }>('select kind from parts where event_id = $1', [envelope.id])
    deaths[part?.kind ?? '']?.()
    await fetch(providerUrl, { method: 'POST', headers: { 'idempotency-key': envelope.id }, signal })
    return async (tx) => void (await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, 'released']))
  }
}

/** How a message ends the process, by its kind in the table `parts`. */
const deaths: Record<string, () => void> = {
  exits: () => process.exit(7),
  kills: () => process.kill(process.pid, 'SIGKILL'),
  spins: () => { for (;;); },
  exhausts: () => { for (const kept: unknown[] = []; ;) kept.push(new Array(100_000).fill(kept.length)) },
}

async function failAsPlanned(tx: Tx, { id }: Envelope, attempt: number): Promise<void> {
  const [part] = await tx.query<{ kind: string }>('select kind from parts where event_id = $1', [id])
  if (part?.kind === 'fails first' && attempt === 1) throw new Error('the first time')
  if (part?.kind === 'poison') throw new PermanentError('HOLD_IMPOSSIBLE', 'It will never pass')
  if (part?.kind === 'slow') await sleep(200)
  deaths[part?.kind ?? '']?.()
}

function subscribe<T>(name: keyof Handlers, contract: Contract<T>, options: SubscribeOptions = {}): void {
  const descriptor = Object.getOwnPropertyDescriptor(Handlers.prototype, name) as TypedPropertyDescriptor<never>
  Subscribe(contract, options as { effects: 'external'; replayable: false })(Handlers.prototype, name, descriptor)
}

class ServiceModule {}

if (service === 'booking') {
  subscribe('hold', HoldSlotV1, { retry })
  subscribe('heard', SlotHeldV1, { retry })
  subscribe('release', ReleaseSlotV1, { effects: 'external', retry })
  subscribe('inOrder', SlotReleasedV1, { ordered: true, retry })
  subscribe('kitchen', KitchenChangedV1)
  subscribe('page', KitchensRepublishedV1, { replayable: true })
}
Inject(Outbox)(Handlers, undefined, 0)
Inject(Projections)(Handlers, undefined, 1)
Inject(Database)(Handlers, undefined, 2)
Controller()(Handlers)
Module({ imports: [PersistenceModule.forRoot({ service }), MessagingModule.forRoot({ service, leaseMs: 2_000, handlerTimeoutMs: 5_000 })], controllers: [Handlers] })(ServiceModule)

/** The use cases: a change of an aggregate, and a request of another service, each with what tells of it, once however often they are asked. */
await startService({
  name: service,
  module: ServiceModule,
  http: {
    routes: (fastify, app) => {
      const [database, outbox] = [app.get(Database), app.get(Outbox)]
      fastify.post<{ Params: { id: string, version: string } }>('/changes/:id/:version', async ({ params: { id, version } }) =>
        database.transaction(async (tx) => {
          crashAroundCommit(tx, 'use-case')
          const isNew = await tx.execute('insert into changes (id, version) values ($1, $2) on conflict do nothing', [id, version])
          if (isNew === 1) await outbox.publish(tx, SlotHeldV1, { data: sampleOf(SlotHeldV1, { bookingId: id }), subject: id, sequence: Number(version) })
          return { id, version }
        }))
      fastify.post<{ Params: { first: string, count: string } }>('/requests/:first/:count', async ({ params: { first, count } }) =>
        database.transaction(async (tx) => {
          const numbers = Array.from({ length: Number(count) }, (_, index) => Number(first) + index)
          const rows = await tx.query<{ number: number }>('insert into requests (number) select * from unnest($1::integer[]) on conflict do nothing returning number', [numbers])
          await outbox.publishAll(tx, rows.map(() => {
            const bookingId = v7()
            return [HoldSlotV1, { data: sampleOf(HoldSlotV1, { bookingId }), subject: bookingId }]
          }))
          return { requested: rows.length }
        }))
    },
  },
})
process.on('disconnect', () => process.exit(1))
