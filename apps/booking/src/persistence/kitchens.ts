import { Inject, Injectable } from '@nestjs/common'
import { type KitchenRegisteredV1Data, type KitchensRepublishedV1Data, RepublishKitchensV1 } from '@prep/contracts'
import { liveGeneration, type MessageContext, Outbox, type Projection, Projections } from '@prep/messaging'
import { type BookedKitchen } from '../domain/booking.ts'
import { type Rate } from '../domain/price.ts'
import { type Tx } from '@prep/persistence'
import { type Reader } from './bookings.ts'

interface KitchenRow {
  id: string
  name: string
  time_zone: string
  hourly_rate_minor: string
  currency: string
}

/** The projection of listing's kitchens, on the table `kitchen`. */
@Injectable()
export class Kitchens {
  readonly #projection: Projection<KitchenRegisteredV1Data>

  constructor(@Inject(Projections) projections: Projections, @Inject(Outbox) outbox: Outbox) {
    this.#projection = projections.define<KitchenRegisteredV1Data>({
      name: 'kitchens',
      write,
      clear: async (tx, generation) => void (await tx.execute('DELETE FROM kitchen WHERE generation = $1', [generation])),
      request: async (tx, page) => {
        const data = { ...page, requestedBy: 'booking' }
        await outbox.publish(tx, RepublishKitchensV1, { subject: page.rebuildId, data })
      },
    })
  }

  /** Keeps the newest version, in whatever order the versions arrive. */
  project(tx: Tx, kitchen: KitchenRegisteredV1Data): Promise<void> {
    return this.#projection.apply(tx, kitchen)
  }

  /** A page of a rebuild. */
  takePage(context: MessageContext, { rebuildId, after, next, kitchens }: KitchensRepublishedV1Data): Promise<void> {
    return this.#projection.takePage(context, { rebuildId, after, next, items: kitchens })
  }

  async find(reader: Reader, id: string): Promise<(BookedKitchen & Rate) | undefined> {
    const [row] = await reader.query<KitchenRow>(
      `SELECT id, name, time_zone, hourly_rate_minor, currency FROM kitchen WHERE generation = ${liveGeneration('kitchens')} AND id = $1`,
      [id],
    )
    if (row === undefined) return undefined
    const { name, time_zone: timeZone, currency } = row
    return { id: row.id, name, timeZone, currency, hourlyRateMinor: Number(row.hourly_rate_minor) }
  }
}

async function write(tx: Tx, generation: number, kitchen: KitchenRegisteredV1Data): Promise<void> {
  await tx.query(
    `INSERT INTO kitchen AS known (generation, id, name, time_zone, hourly_rate_minor, currency, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (generation, id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
       hourly_rate_minor = excluded.hourly_rate_minor, currency = excluded.currency, version = excluded.version,
       updated_at = now()
     WHERE known.version < excluded.version`,
    [generation, kitchen.kitchenId, kitchen.name, kitchen.timeZone, kitchen.hourlyRateMinor, kitchen.currency, kitchen.version],
  )
}
