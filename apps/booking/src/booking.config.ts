import { integer, readConfig } from '@prep/service'

const spec = {
  /** How often an open stream looks for what other replicas stored. */
  streamPollMs: integer('BOOKING_STREAM_POLL_MS', { default: 500, min: 10, max: 60_000 }),
  /** After this much silence a stream says that it is still there. */
  streamHeartbeatMs: integer('BOOKING_STREAM_HEARTBEAT_MS', { default: 15_000, min: 10, max: 300_000 }),
  /** When a client whose stream broke comes back. */
  streamRetryMs: integer('BOOKING_STREAM_RETRY_MS', { default: 1_000, min: 0, max: 60_000 }),
}

export type BookingConfig = ReturnType<typeof bookingConfig>

/** Token of the service's settings. */
export const BOOKING_CONFIG = Symbol('booking config')

/** @throws ConfigError with every problem at once */
export function bookingConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(spec, env)
}
