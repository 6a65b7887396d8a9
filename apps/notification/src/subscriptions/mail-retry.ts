import { type RetryPolicy } from '@prep/messaging'

/** A mail server may be away for hours: tried for about three, then a dead letter. */
export const mailRetry: RetryPolicy = {
  immediate: 1,
  delaysMs: [1_000, 5_000, 30_000, 60_000, 300_000],
  maxAttempts: 40,
}
