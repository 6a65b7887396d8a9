import { Inject, Injectable } from '@nestjs/common'
import { type KitchenChangedV1Data, type KitchenRegisteredV1Data, type KitchensRepublishedV1Data, RepublishKitchensV1 } from '@prep/contracts'
import { liveGeneration, type MessageContext, Outbox, type Projection, Projections } from '@prep/messaging'
import { type Tx } from '@prep/persistence'
import { type Kitchen } from '../domain/kitchen.ts'

type KitchenData = KitchenRegisteredV1Data | KitchenChangedV1Data

interface KitchenRow {
  kitchen_id: string
  version: number
  time_zone: string
  capacity: number
  licence: Kitchen['licence']
  insurance: Kitchen['insurance']
}

/** Compliance's own copy of the kitchens, fed by listing's events. */
@Injectable()
export class KitchenProjection {
  readonly #projection: Projection<KitchenData>

  constructor(@Inject(Projections) projections: Projections, @Inject(Outbox) outbox: Outbox) {
    this.#projection = projections.define<KitchenData>({
      name: 'kitchens',
      write,
      clear: async (tx, generation) => void (await tx.execute('DELETE FROM kitchen WHERE generation = $1', [generation])),
      request: async (tx, page) => {
        const data = { ...page, requestedBy: 'compliance' }
        await outbox.publish(tx, RepublishKitchensV1, { subject: page.rebuildId, data })
      },
    })
  }

  /** Takes over a kitchen's state unless a newer version of it is known already. */
  apply(tx: Tx, kitchen: KitchenData): Promise<void> {
    return this.#projection.apply(tx, kitchen)
  }

  /** A page of a rebuild. */
  takePage(context: MessageContext, { rebuildId, after, next, kitchens }: KitchensRepublishedV1Data): Promise<void> {
    return this.#projection.takePage(context, { rebuildId, after, next, items: kitchens })
  }

  /** The kitchen as last heard of; undefined when never. */
  async find(tx: Tx, kitchenId: string): Promise<Kitchen | undefined> {
    const [row] = await tx.query<KitchenRow>(
      `SELECT kitchen_id, version, time_zone, capacity, licence, insurance FROM kitchen WHERE generation = ${liveGeneration('kitchens')} AND kitchen_id = $1`,
      [kitchenId],
    )
    if (!row) return undefined
    const { kitchen_id: id, time_zone: timeZone, ...rest } = row
    return { kitchenId: id, timeZone, ...rest }
  }
}

async function write(tx: Tx, generation: number, kitchen: KitchenData): Promise<void> {
  await tx.query(
    `INSERT INTO kitchen AS known (generation, kitchen_id, version, time_zone, capacity, licence, insurance)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (generation, kitchen_id) DO UPDATE SET
       version = excluded.version, time_zone = excluded.time_zone, capacity = excluded.capacity,
       licence = excluded.licence, insurance = excluded.insurance, updated_at = now()
     WHERE known.version < excluded.version`,
    [
      generation,
      kitchen.kitchenId,
      kitchen.version,
      kitchen.timeZone,
      kitchen.capacity,
      JSON.stringify(kitchen.licence),
      kitchen.insurance && JSON.stringify(kitchen.insurance),
    ],
  )
}
