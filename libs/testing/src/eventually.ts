import { setTimeout as pause } from 'node:timers/promises'
import { EventuallyError } from './errors.ts'

export interface EventuallyOptions {
  /** How long to go on asking, in milliseconds. Default 10 000. */
  timeoutMs?: number
  /** The pause between two tries, in milliseconds. Default 25. */
  intervalMs?: number
  /** What is waited for, in words; stands in the error. */
  what?: string
}

/**
 * Runs `assertion` again and again until it neither throws nor answers `false`, and gives back what it returned.
 * Throws `TEST_NEVER_CAME_TRUE` with the last failure as its cause when the time is over.
 */
export async function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 25, what = 'the assertion' }: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const end = performance.now() + timeoutMs
  let last: unknown
  do {
    try {
      const answer = await assertion()
      if (answer !== false) return answer as Exclude<T, false>
      last = new Error(`${what} answered false`)
    } catch (error) {
      last = error
    }
    await pause(intervalMs)
  } while (performance.now() < end)
  throw new EventuallyError(what, timeoutMs, last)
}
