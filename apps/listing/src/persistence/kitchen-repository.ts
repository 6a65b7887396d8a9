import { Injectable } from '@nestjs/common'
import { type Database, type Tx, whereGiven } from '@prep/persistence'
import { type Insurance, type Kitchen, type Licence } from '../domain/kitchen-details.ts'

interface Row {
  id: string
  version: number
  name: string
  time_zone: string
  /** int8, which the driver gives as text. */
  hourly_rate_minor: string
  currency: string
  capacity: number
  licence: Licence
  insurance: Insurance | null
  registered_at: Date
  changed_at: Date
}

/** Kitchens in their table. Whoever changes one locks it first, so that versions and events follow commit order. */
@Injectable()
export class KitchenRepository {
  async add(tx: Tx, kitchen: Kitchen): Promise<void> {
    await tx.query(
      `INSERT INTO kitchen (id, version, name, time_zone, hourly_rate_minor, currency, capacity, licence, insurance, changed_at, registered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [...columnsOf(kitchen), kitchen.registeredAt],
    )
  }

  async save(tx: Tx, kitchen: Kitchen): Promise<void> {
    await tx.query(
      `UPDATE kitchen SET version = $2, name = $3, time_zone = $4, hourly_rate_minor = $5, currency = $6, capacity = $7, licence = $8,
       insurance = $9, changed_at = $10 WHERE id = $1`,
      columnsOf(kitchen),
    )
  }

  async findLocked(tx: Tx, id: string): Promise<Kitchen | undefined> {
    const [row] = await tx.query<Row>(`SELECT * FROM kitchen WHERE id = $1 FOR UPDATE`, [id])
    return row && kitchenOf(row)
  }

  async find(database: Pick<Database, 'query'>, id: string): Promise<Kitchen | undefined> {
    const [row] = await database.query<Row>(`SELECT * FROM kitchen WHERE id = $1`, [id])
    return row && kitchenOf(row)
  }

  /** Oldest first. @param after id of the last kitchen already seen */
  async listAfter(reader: Pick<Database, 'query'>, after: string | undefined, limit: number): Promise<Kitchen[]> {
    const { where, params } = whereGiven({ 'id > ?': after })
    const rows = await reader.query<Row>(`SELECT * FROM kitchen ${where} ORDER BY id LIMIT $${params.push(limit)}`, params)
    return rows.map(kitchenOf)
  }

  /** Newest first: ids are UUIDv7. @param before id of the last kitchen already seen */
  async list(database: Pick<Database, 'query'>, before: string | undefined, limit: number): Promise<Kitchen[]> {
    const { where, params } = whereGiven({ 'id < ?': before })
    const rows = await database.query<Row>(`SELECT * FROM kitchen ${where} ORDER BY id DESC LIMIT $${params.push(limit)}`, params)
    return rows.map(kitchenOf)
  }
}

function columnsOf({ id, version, details, changedAt }: Kitchen): unknown[] {
  const { name, timeZone, hourlyRateMinor, currency, capacity, licence, insurance } = details
  return [id, version, name, timeZone, hourlyRateMinor, currency, capacity, JSON.stringify(licence), insurance && JSON.stringify(insurance), changedAt]
}

function kitchenOf(row: Row): Kitchen {
  const { name, currency, capacity, licence, insurance } = row
  const details = { name, timeZone: row.time_zone, hourlyRateMinor: Number(row.hourly_rate_minor), currency, capacity, licence, insurance }
  return { id: row.id, version: row.version, details, registeredAt: row.registered_at, changedAt: row.changed_at }
}
