import { type GatewayConfig } from './gateway.config.ts'

/** A part of the public API and the service behind it. The path stays the same on the way through. */
export interface Route {
  readonly prefix: `/api/v1/${string}`
  readonly service: string
  readonly upstream: string
}

/** All that the gateway knows of the services. */
export function routingTable(config: Pick<GatewayConfig, 'listingUrl' | 'bookingUrl'>): readonly Route[] {
  return [
    { prefix: '/api/v1/kitchens', service: 'listing', upstream: config.listingUrl },
    { prefix: '/api/v1/bookings', service: 'booking', upstream: config.bookingUrl },
  ]
}
