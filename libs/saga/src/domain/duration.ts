import { durationInvalid } from '../errors.ts'

/** A whole number and its unit: `500ms`, `30s`, `5m`, `72h`, `7d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration. Throws SAGA_DURATION_INVALID for anything else. */
export function durationMs(text: Duration): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  if (count === undefined || unit === undefined) throw durationInvalid(text)
  return Number(count) * (UNIT_MS[unit] ?? 0)
}

/** The moment `by` after `moment`. */
export const later = (moment: Date, by: Duration): Date => new Date(moment.getTime() + durationMs(by))

/** The moment `by` before `moment`. */
export const earlier = (moment: Date, by: Duration): Date => new Date(moment.getTime() - durationMs(by))

/** The shortest exact way to write `ms`: 30000 is `30 s`. For pictures and sentences. */
export function durationText(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    const size = UNIT_MS[unit] ?? 1
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit === 'm' ? 'min' : unit}`
  }
  return `${ms} ms`
}
