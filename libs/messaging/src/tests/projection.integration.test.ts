import { Controller, Inject } from '@nestjs/common'
import {
  KitchenChangedV1, type KitchenChangedV1Data, KitchensRepublishedV1, type KitchensRepublishedV1Data, RebuildProjectionV1, RepublishKitchensV1, SlotHeldV1,
  SlotReleasedV1, type SlotReleasedV1Data,
} from '@prep/contracts'
import { type MigrationClass } from '@prep/persistence'
import { deliver, envelopeOf, eventually, inboxOf, publishedBy, sampleOf } from '@prep/testing'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { liveGeneration, MessageContext, Outbox, type Projection, Projections, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'
import { fixtureMigrations } from './messaging-service.fixture.ts'

class CreateKitchens1700000000002 implements MigrationInterface {
  readonly name = 'CreateKitchens1700000000002'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table kitchen (generation integer, id uuid, name text not null, version integer not null, primary key (generation, id))')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kitchen')
  }
}

@Controller()
class Handlers {
  readonly #kitchens: Projection<KitchenChangedV1Data>

  constructor(@Inject(Projections) projections: Projections, @Inject(Outbox) outbox: Outbox) {
    this.#kitchens = projections.define<KitchenChangedV1Data>({
      name: 'kitchens',
      write: async (tx, generation, { kitchenId, name, version }) => {
        await tx.query(
          `insert into kitchen as known values ($1, $2, $3, $4) on conflict (generation, id)
           do update set name = excluded.name, version = excluded.version where known.version < excluded.version`,
          [generation, kitchenId, name, version],
        )
        // A handler that also tells of what it projects: to be heard live, and not once more in a rebuild.
        await outbox.publish(tx, SlotHeldV1, { subject: kitchenId, data: sampleOf(SlotHeldV1) })
      },
      clear: async (tx, generation) => void (await tx.query('delete from kitchen where generation = $1', [generation])),
      request: async (tx, page) => void (await outbox.publish(tx, RepublishKitchensV1, { subject: page.rebuildId, data: { ...page, requestedBy: 'booking' } })),
    })
  }

  @Subscribe(KitchenChangedV1)
  changed(data: KitchenChangedV1Data, { tx }: MessageContext<KitchenChangedV1Data>): Promise<void> {
    return this.#kitchens.apply(tx, data)
  }

  @Subscribe(KitchensRepublishedV1, { replayable: true })
  page({ rebuildId, after, next, kitchens }: KitchensRepublishedV1Data, context: MessageContext<KitchensRepublishedV1Data>): Promise<void> {
    return this.#kitchens.takePage(context, { rebuildId, after, next, items: kitchens })
  }

  /** Not declared as one that may be told again. */
  @Subscribe(SlotReleasedV1)
  unmarked({ bookingId }: SlotReleasedV1Data, context: MessageContext<SlotReleasedV1Data>): Promise<void> {
    return this.#kitchens.takePage(context, { rebuildId: bookingId, after: null, next: null, items: [] })
  }
}

const migrations: MigrationClass[] = [...fixtureMigrations, CreateKitchens1700000000002]

const room = messagingRoom({ controllers: [Handlers], tables: ['inbox', 'outbox', 'kitchen', 'projection'], migrations })

const kitchen = (kitchenId: string, name: string, version: number) => sampleOf(KitchenChangedV1, { kitchenId, name, version })
const live = async (...kitchens: KitchenChangedV1Data[]) => {
  await deliver(room.app, kitchens.map(data => envelopeOf(KitchenChangedV1, data, { subject: data.kitchenId })))
}
const read = () => room.database.query<{ name: string }>(`select name from kitchen where generation = ${liveGeneration('kitchens')} order by id`)
const names = async () => (await read()).map(({ name }) => name)
const requests = async () => (await publishedBy(room.database, RepublishKitchensV1)).map(({ data }) => data)

async function begin(): Promise<string> {
  await deliver(room.app, envelopeOf(RebuildProjectionV1, { projection: 'kitchens', operator: 'ada' }, { subject: 'kitchens' }), 'prep.booking.commands')
  return (await requests()).at(-1)?.rebuildId as string
}

async function page(rebuildId: string, after: string | null, next: string | null, ...kitchens: KitchenChangedV1Data[]): Promise<void> {
  const data = { rebuildId, requestedBy: 'booking', after, next, kitchens }
  await deliver(room.app, envelopeOf(KitchensRepublishedV1, data, { subject: rebuildId }))
}

describe('a projection', () => {
  const [a, b, c] = [v7(), v7(), v7()] as [string, string, string]

  it('is kept by live messages', async () => {
    await live(kitchen(a, 'Dock', 1), kitchen(b, 'Yard', 1), kitchen(a, 'Dock 2', 2))
    expect(await names()).toEqual(['Dock 2', 'Yard'])
  })

  it('is read as it was until the last page of its rebuild, then as its owner has it', async () => {
    await live(kitchen(a, 'wrong', 9), kitchen(c, 'not there', 1))
    const id = await begin()
    await page(id, null, a, kitchen(a, 'Dock', 2))
    expect(await names()).toEqual(['wrong', 'not there'])
    await page(id, a, null, kitchen(b, 'Yard', 1))
    expect(await names()).toEqual(['Dock', 'Yard'])
    expect(await room.database.query('select distinct generation from kitchen')).toEqual([{ generation: 2 }])
    expect(await room.database.query('select live, building, items::int, operator from projection')).toEqual([{ live: 2, building: null, items: 2, operator: 'ada' }])
  })

  it('takes live messages into both while it is rebuilt; the highest version stays, whichever comes first', async () => {
    await live(kitchen(a, 'Dock', 1))
    const id = await begin()
    await live(kitchen(a, 'Dock 3', 3), kitchen(c, 'new', 1))
    await page(id, null, a, kitchen(a, 'Dock 2', 2))
    await page(id, a, null, kitchen(b, 'Yard', 5))
    await live(kitchen(b, 'Yard 4', 4))
    expect(await names()).toEqual(['Dock 3', 'Yard', 'new'])
  })

  it('publishes nothing again for what is only told again', async () => {
    await live(kitchen(a, 'Dock', 1))
    expect(await publishedBy(room.database, SlotHeldV1)).toHaveLength(1)
    await page(await begin(), null, null, kitchen(a, 'Dock', 1), kitchen(b, 'Yard', 1))
    expect(await names()).toEqual(['Dock', 'Yard'])
    expect(await publishedBy(room.database, SlotHeldV1)).toHaveLength(1)
  })

  it('ignores pages that nobody waits for: a copy, one of another rebuild, one after the end', async () => {
    const id = await begin()
    await page(id, null, a, kitchen(a, 'Dock', 1))
    await page(id, null, a, kitchen(a, 'copy', 7))
    await page(v7(), a, null, kitchen(a, 'of another', 8))
    await page(id, a, null, kitchen(b, 'Yard', 1))
    await page(id, a, null, kitchen(c, 'after the end', 1))
    expect(await names()).toEqual(['Dock', 'Yard'])
    expect((await requests()).map(({ after }) => after)).toEqual([null, a])
  })

  it('goes on from its position when it is asked again', async () => {
    const id = await begin()
    await page(id, null, a, kitchen(a, 'Dock', 1))
    expect(await begin()).toBe(id)
    expect((await requests()).map(({ after }) => after)).toEqual([null, a, a])
    await page(id, a, null)
    expect(await names()).toEqual(['Dock'])
    expect(await begin()).not.toBe(id)
  })

  it('is the newest of everything after a rebuild under load', async () => {
    const ids = Array.from({ length: 20 }, () => v7()).sort()
    await live(...ids.map(id => kitchen(id, 'v1', 1)))
    const rebuild = await begin()
    const load = Promise.all(Array.from({ length: 8 }, (_, i) => live(...ids.map(id => kitchen(id, `v${i + 2}`, i + 2)))))
    const pages = (async () => {
      for (const [i, id] of ids.entries()) await page(rebuild, ids[i - 1] ?? null, i === ids.length - 1 ? null : id, kitchen(id, 'v1', 1))
    })()
    await Promise.all([load, pages])
    await eventually(async () => expect((await inboxOf(room.database)).every(({ state }) => state === 'handled')).toBe(true))
    expect(new Set(await names())).toEqual(new Set(['v9']))
    expect(await read()).toHaveLength(20)
    expect(await room.database.query('select live, building from projection')).toEqual([{ live: 2, building: null }])
  })

  it('takes no page from a handler that is not declared replayable', async () => {
    const bookingId = await begin()
    await deliver(room.app, envelopeOf(SlotReleasedV1, sampleOf(SlotReleasedV1, { bookingId })))
    expect(await room.database.query('select error_code from inbox where state = $1', ['dead'])).toEqual([{ error_code: 'MSG_HANDLER_NOT_REPLAYABLE' }])
    expect(await room.database.query('select live, building from projection')).toEqual([{ live: 1, building: 2 }])
  })

  it('that nobody knows makes the command a dead letter', async () => {
    const command = envelopeOf(RebuildProjectionV1, { projection: 'cellars', operator: 'ada' }, { subject: 'cellars' })
    await deliver(room.app, command, 'prep.booking.commands')
    expect(await inboxOf(room.database)).toMatchObject([{ state: 'dead', error_code: 'MSG_PROJECTION_UNKNOWN' }])
  })
})
