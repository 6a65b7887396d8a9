import { type RetryPolicy } from '@prep/messaging'

/** Undoing and taking money must come to an end: tried for about a day, then a dead letter that a person replays. */
export const UNTIL_DONE: RetryPolicy = {
  immediate: 1,
  delaysMs: [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  maxAttempts: 1_440,
}

/** As long as the command's deadline lasts: the handler itself ends it, at `lastMoment` and not a rung later. */
export const UNTIL_DEADLINE: RetryPolicy = {
  immediate: 0,
  delaysMs: [250, 500, 1_000, 2_000, 4_000, 5_000],
  maxAttempts: 1_000,
}

/** The wait after run number `attempt`, in milliseconds, cut short so that the next run is the one that ends it. */
export function untilNextTry(policy: RetryPolicy, attempt: number, deadline: Date, now: number): number {
  const rung = policy.delaysMs[Math.min(attempt - 1, policy.delaysMs.length - 1)] ?? 0
  return Math.max(0, Math.min(rung, deadline.getTime() - now + 5))
}

/**
 * When to stop asking and to answer: a little before the deadline, because at the deadline itself the one who waits gives
 * up, and would call a provider that is away a time-out. A tenth of the time there was, at most 5 s.
 */
export function lastMoment(sentAt: Date, deadline: Date): Date {
  const tenth = Math.max(0, deadline.getTime() - sentAt.getTime()) / 10
  return new Date(deadline.getTime() - Math.min(5_000, tenth))
}
