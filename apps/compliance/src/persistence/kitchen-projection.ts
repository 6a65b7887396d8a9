import { Injectable } from '@nestjs/common'
import { type KitchenChangedV1Data, type KitchenRegisteredV1Data } from '@prep/contracts'
import { type Tx } from '@prep/persistence'
import { type Kitchen } from '../domain/kitchen.ts'

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
  /** Takes over a kitchen's state unless a newer version of it is known already. */
  async apply(tx: Tx, kitchen: KitchenRegisteredV1Data | KitchenChangedV1Data): Promise<void> {
    await tx.query(
      `INSERT INTO kitchen (kitchen_id, version, time_zone, capacity, licence, insurance)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (kitchen_id) DO UPDATE SET
         version = excluded.version, time_zone = excluded.time_zone, capacity = excluded.capacity,
         licence = excluded.licence, insurance = excluded.insurance, updated_at = now()
       WHERE kitchen.version < excluded.version`,
      [
        kitchen.kitchenId,
        kitchen.version,
        kitchen.timeZone,
        kitchen.capacity,
        JSON.stringify(kitchen.licence),
        kitchen.insurance && JSON.stringify(kitchen.insurance),
      ],
    )
  }

  /** The kitchen as last heard of; undefined when never. */
  async find(tx: Tx, kitchenId: string): Promise<Kitchen | undefined> {
    const [row] = await tx.query<KitchenRow>(
      'SELECT kitchen_id, version, time_zone, capacity, licence, insurance FROM kitchen WHERE kitchen_id = $1',
      [kitchenId],
    )
    if (!row) return undefined
    const { kitchen_id: id, time_zone: timeZone, ...rest } = row
    return { kitchenId: id, timeZone, ...rest }
  }
}
