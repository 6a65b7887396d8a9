export const DAY_MS = 86_400_000

/** One partition of the inbox: the ids made on one day, UTC. */
export interface InboxDay {
  /** Name of its table: `inbox_20260131`. */
  readonly table: string
  /** Smallest id of the day, and of the next: a UUIDv7 begins with its time in ms, so that its day is a range of ids. */
  readonly from: string
  readonly to: string
}

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const TABLE = /^inbox_(\d{4})(\d{2})(\d{2})$/

/** Whether a text is a UUID of version 7 (RFC 9562). */
export function isUuidV7(id: string): boolean {
  return VERSION_7.test(id)
}

/** When a UUIDv7 was made, in ms since the epoch by its maker's clock. */
export function timeOfId(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The day of a moment, in ms since the epoch. */
export function dayOf(time: number): InboxDay {
  const begin = Math.floor(time / DAY_MS) * DAY_MS
  const table = `inbox_${new Date(begin).toISOString().slice(0, 10).replaceAll('-', '')}`
  return { table, from: smallestId(begin), to: smallestId(begin + DAY_MS) }
}

/** The first moment of a partition's day in ms; undefined for a table that is no day of the inbox. */
export function beginOfDay(table: string): number | undefined {
  const [, year, month, day] = TABLE.exec(table) ?? []
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day))
}

function smallestId(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
