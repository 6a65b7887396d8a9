import { KitchenChangedV1, KitchensRepublishedV1, RebuildProjectionV1, RepublishKitchensV1, type RepublishKitchensV1Data } from '@prep/contracts'
import { type Envelope, liveGeneration } from '@prep/messaging'
import type { Pool } from 'pg'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { produceRaw, readTopics } from '../kafka.ts'
import { envelopeOf, sampleOf } from '../samples.ts'

const PAGE = 2

/** The service that owns the kitchens, as the crashing service's projection of them sees it: changes, and pages when asked. */
export class KitchenSource {
  /** What it offered: changes, pages and requests to rebuild. */
  readonly ids: string[] = []
  readonly #versions = new Map(Array.from({ length: 5 }, () => v7()).sort().map((id) => [id, 0]))
  readonly #answered = new Set<string>()
  readonly #pool: Pool
  readonly #broker: string

  constructor(pool: Pool, broker: string) {
    this.#pool = pool
    this.#broker = broker
  }

  /** Every kitchen changes. */
  events(): Envelope[] {
    return this.#offer([...this.#versions].map(([id, before]) => {
      this.#versions.set(id, before + 1)
      return envelopeOf(KitchenChangedV1, this.#kitchen(id), { subject: id, sequence: before + 1 })
    }))
  }

  /** An operator wants the projection built anew. */
  commands(): Envelope[] {
    return this.#offer([envelopeOf(RebuildProjectionV1, { projection: 'kitchens', operator: 'ada' }, { subject: 'kitchens' })])
  }

  /** Sends the pages that were asked for. */
  async answer(): Promise<void> {
    const asked = (await readTopics(this.#broker, [RepublishKitchensV1.topic]))
      .map(({ value }) => JSON.parse(value.toString()) as Envelope<RepublishKitchensV1Data>)
      .filter(({ id, type }) => type === RepublishKitchensV1.type && !this.#answered.has(id))
    const pages = new Map(asked.map((command) => [command.id, this.#page(command)]))
    for (const id of pages.keys()) this.#answered.add(id)
    const events = this.#offer([...pages.values()])
    if (events.length > 0) await produceRaw(this.#broker, events.map((event) => ({ topic: KitchensRepublishedV1.topic, key: event.partitionkey, value: JSON.stringify(event) })))
  }

  async isQuiet(): Promise<void> {
    await this.answer()
    expect((await this.#pool.query('select 1 from projection where building is not null')).rows).toEqual([])
  }

  /** The live generation is what the source has, the others are gone, and the last rebuild counted each kitchen once. */
  async checkPromises(): Promise<void> {
    const { rows } = await this.#pool.query<{ id: string, version: number, live: boolean }>(
      `select id, version, generation = ${liveGeneration('kitchens')} as live from kitchens order by id`)
    expect(rows).toEqual([...this.#versions].map(([id, version]) => ({ id, version, live: true })))
    expect((await this.#pool.query('select items::integer from projection')).rows).toEqual([{ items: this.#versions.size }])
  }

  #page({ id, data: { rebuildId, requestedBy, after } }: Envelope<RepublishKitchensV1Data>): Envelope {
    const rest = [...this.#versions.keys()].filter((kitchen) => after === null || kitchen > after)
    const kitchens = rest.slice(0, PAGE).map((kitchen) => this.#kitchen(kitchen))
    const next = rest.length > PAGE ? kitchens.at(-1)?.kitchenId as string : null
    return envelopeOf(KitchensRepublishedV1, { rebuildId, requestedBy, after, next, kitchens }, { subject: rebuildId, causationId: id })
  }

  #kitchen(kitchenId: string) {
    return sampleOf(KitchenChangedV1, { kitchenId, version: this.#versions.get(kitchenId) as number })
  }

  #offer(messages: Envelope[]): Envelope[] {
    this.ids.push(...messages.map(({ id }) => id))
    return messages
  }
}
