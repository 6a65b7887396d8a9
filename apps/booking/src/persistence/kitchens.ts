import { Injectable } from '@nestjs/common'
import { type KitchenRegisteredV1Data } from '@prep/contracts'
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
  /** Keeps the newest version, in whatever order the versions arrive. */
  async project(tx: Tx, kitchen: KitchenRegisteredV1Data): Promise<void> {
    await tx.query(
      `INSERT INTO kitchen AS known (id, name, time_zone, hourly_rate_minor, currency, version)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
         hourly_rate_minor = excluded.hourly_rate_minor, currency = excluded.currency, version = excluded.version,
         updated_at = now()
       WHERE known.version < excluded.version`,
      [kitchen.kitchenId, kitchen.name, kitchen.timeZone, kitchen.hourlyRateMinor, kitchen.currency, kitchen.version],
    )
  }

  async find(reader: Reader, id: string): Promise<(BookedKitchen & Rate) | undefined> {
    const [row] = await reader.query<KitchenRow>(
      'SELECT id, name, time_zone, hourly_rate_minor, currency FROM kitchen WHERE id = $1',
      [id],
    )
    if (row === undefined) return undefined
    const { name, time_zone: timeZone, currency } = row
    return { id: row.id, name, timeZone, currency, hourlyRateMinor: Number(row.hourly_rate_minor) }
  }
}
