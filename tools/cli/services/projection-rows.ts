import type { ServicesRecords } from './services-records.ts'

/** How a projection stands, as its service's row has it. */
export interface ProjectionRow {
  readonly service: string
  readonly name: string
  /** The generation that is read, and the one that is being built. */
  readonly live: number
  readonly building: number | null
  /** Where the rebuild is, in the words of its source. */
  readonly position: string | null
  /** Items that the rebuild has taken so far, or took in all. */
  readonly items: number
  readonly operator: string | null
  readonly started_at: Date | null
  readonly swapped_at: Date | null
}

const ROWS = 'select name, live, building, position, items::int, operator, started_at, swapped_at from projection order by name'

export async function projectionRows(records: ServicesRecords): Promise<ProjectionRow[]> {
  const found = await Promise.all(
    records.services.map(async (service) => (await records.of(service)<Omit<ProjectionRow, 'service'>>(ROWS)).map((row) => ({ service, ...row }))),
  )
  return found.flat()
}
