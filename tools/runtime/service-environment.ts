import { join } from 'node:path'
import { serviceNamed } from './catalogue.ts'
import type { PlatformView } from './platform-view.ts'

/** Settings of a service process. What the user has set for the card provider, mail or traces is passed on. */
export function serviceEnvironment(platform: PlatformView, name: string): Record<string, string> {
  const database = serviceNamed(name)?.database
  const isService = serviceNamed(name) !== undefined
  return {
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(platform.repoRoot, 'node_modules', '.cache', 'prep', 'compile-cache'),
    HOST: '127.0.0.1',
    // glibc's heap for each thread is memory that comes back to nobody.
    MALLOC_ARENA_MAX: '2',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    DAPR_API_TOKEN: platform.secrets.daprApiToken(name),
    APP_API_TOKEN: platform.secrets.appApiToken(name),
    ...(isService ? { PORT: String(platform.ports.service(name)), DAPR_HTTP_PORT: String(platform.ports.sidecar(name).http) } : {}),
    ...(database === undefined ? {} : { DATABASE_URL: platform.localDatabaseUrl(database) }),
    ...settingsOf(platform, name),
  }
}

/** What the components in dapr/components/local refer to, and the two tokens. */
export function sidecarEnvironment(platform: PlatformView, appId: string): Record<string, string> {
  return {
    PREP_KAFKA_BROKERS: platform.kafkaBrokers,
    DAPR_API_TOKEN: platform.secrets.daprApiToken(appId),
    APP_API_TOKEN: platform.secrets.appApiToken(appId),
  }
}

function settingsOf(platform: PlatformView, name: string): Record<string, string> {
  const url = (service: string): string => `http://127.0.0.1:${platform.ports.service(service)}`
  if (name === 'api-gateway') return { LISTING_URL: url('listing'), BOOKING_URL: url('booking') }
  if (name === 'payment') return cardProvider(platform)
  if (name === 'notification') return { MAIL_FROM: process.env['MAIL_FROM'] ?? 'Prep <bookings@prep.localhost>' }
  return {}
}

/** The sandbox, unless the user has a key of the real Stripe. */
function cardProvider(platform: PlatformView): Record<string, string> {
  if ((process.env['STRIPE_API_KEY'] ?? '') !== '') return {}
  return { STRIPE_API_KEY: 'sk_test_sandbox', STRIPE_API_BASE: `http://127.0.0.1:${platform.ports.sandbox}` }
}
