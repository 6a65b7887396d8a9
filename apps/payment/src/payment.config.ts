import { type ConfigOf, integer, optionalUrl, readConfig, type Setting, text, url } from '@prep/service'

/** Token of PaymentConfig. */
export const PAYMENT_CONFIG = Symbol('payment config')

export const paymentSettings = {
  databaseUrl: url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
  /** Secret: it is read here, given to the client, and neither logged nor shown in a problem. */
  stripeApiKey: text('STRIPE_API_KEY', { pattern: /^[sr]k_(test|live)_\w+$/ }),
  /** Another server that speaks Stripe's protocol; Stripe itself when it is not set. */
  stripeApiBase: encryptedOrLocal(optionalUrl('STRIPE_API_BASE')),
  /** For one call to the provider. Two of them fit into the 30 s that a handler has. */
  stripeTimeoutMs: integer('STRIPE_TIMEOUT_MS', { default: 10_000, min: 100, max: 14_000 }),
}

export type PaymentConfig = ConfigOf<typeof paymentSettings>

/** Throws ConfigError naming every setting that cannot be used. */
export function paymentConfig(env: NodeJS.ProcessEnv = process.env): PaymentConfig {
  return readConfig(paymentSettings, env)
}

/** The key travels in a header: over a network only encrypted. */
function encryptedOrLocal(setting: Setting<string | undefined>): Setting<string | undefined> {
  return {
    variable: setting.variable,
    read(raw) {
      const address = setting.read(raw)
      if (address === undefined) return undefined
      const { protocol, hostname } = new URL(address)
      if (protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return address
      throw new Error('must begin with https:// unless it is on this machine')
    },
  }
}
