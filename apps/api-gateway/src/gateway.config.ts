import { type ConfigOf, integer, loadConfig, url } from '@prep/service'

const spec = {
  /** Address of the listing service, for example http://127.0.0.1:4001. */
  listingUrl: url('LISTING_URL'),
  /** Address of the booking service. */
  bookingUrl: url('BOOKING_URL'),
  /** How long a service may take to begin its answer. A stream may then go on for ever. */
  upstreamTimeoutMs: integer('UPSTREAM_TIMEOUT_MS', { default: 30_000, min: 100, max: 600_000 }),
  /** Connections to one service at most. */
  upstreamConnections: integer('UPSTREAM_CONNECTIONS', { default: 128, min: 1, max: 10_000 }),
}

export type GatewayConfig = ConfigOf<typeof spec>

export function gatewayConfig(): GatewayConfig {
  return loadConfig(spec)
}
