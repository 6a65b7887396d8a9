/** Each wait is longer by a random share of up to this. */
export const JITTER = 0.2

/** How often and when a failed message is tried again. After the last attempt it is a dead letter. */
export interface RetryPolicy {
  /** Tries at once, with a few milliseconds of jitter, before the message is put aside. */
  readonly immediate: number
  /** Waits before each later try, in milliseconds, each with up to 20 % jitter; the last one repeats. Not empty. */
  readonly delaysMs: readonly number[]
  /** Handler runs in all, the first one included. */
  readonly maxAttempts: number
}

/** 1 run, 3 more at once, then for about 5 minutes. */
export const defaultRetryPolicy: RetryPolicy = {
  immediate: 3,
  delaysMs: [500, 1_000, 2_000, 5_000, 10_000, 30_000],
  maxAttempts: 18,
}

/** How long a message can be tried again by this policy, from its first run on, in ms; the runs themselves not counted. */
export function longestRetryMs({ immediate, delaysMs, maxAttempts }: RetryPolicy): number {
  const waits = Math.max(0, maxAttempts - 1 - immediate)
  const listed = delaysMs.slice(0, waits).reduce((sum, delay) => sum + delay, 0)
  const repeated = Math.max(0, waits - delaysMs.length) * (delaysMs.at(-1) ?? 0)
  return (listed + repeated) * (1 + JITTER)
}
