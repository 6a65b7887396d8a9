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
