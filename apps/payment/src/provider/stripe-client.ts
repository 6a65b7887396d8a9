import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import Stripe from 'stripe'

export interface StripeSettings {
  readonly apiKey: string
  /** Another server that speaks Stripe's protocol, for example the sandbox; Stripe itself when absent. */
  readonly apiBase?: string
  /** For one call, from connecting to the last byte. */
  readonly timeoutMs: number
}

type HttpClient = Stripe.HttpClient

/**
 * The official client. It tries each call once: our own ladder decides when to try again, because only it knows what
 * may have been carried out. No telemetry; connections are kept open.
 */
export function stripeClient(settings: StripeSettings): Stripe {
  const base = settings.apiBase === undefined ? null : new URL(settings.apiBase)
  const agent = base?.protocol === 'http:' ? new HttpAgent(KEEP_ALIVE) : new HttpsAgent(KEEP_ALIVE)
  return new Stripe(settings.apiKey, {
    maxNetworkRetries: 0,
    timeout: settings.timeoutMs,
    telemetry: false,
    httpClient: singleTry(Stripe.createNodeHttpClient(agent)),
    ...(base === null ? {} : { host: base.hostname, port: portOf(base), protocol: base.protocol === 'http:' ? 'http' : 'https' }),
  })
}

const KEEP_ALIVE = { keepAlive: true, maxSockets: 64, timeout: 60_000 }

function portOf(base: URL): string {
  if (base.port !== '') return base.port
  return base.protocol === 'http:' ? '80' : '443'
}

/** The code under which a connection that broke is reported. */
export const CONNECTION_BROKEN = 'PAYMENT_CONNECTION_BROKEN'

/**
 * The client repeats a call whose connection broke even with maxNetworkRetries 0. If that second try is refused, the
 * error tells of the second only, although the first may have been carried out. So it must not recognise the break.
 */
function singleTry(client: HttpClient): HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: (...request) => client.makeRequest(...request).catch((cause: unknown) => {
      const code = codeOf(cause)
      if (code !== 'ECONNRESET' && code !== 'EPIPE') throw cause
      throw Object.assign(new Error(`The connection broke (${code}).`, { cause }), { code: CONNECTION_BROKEN })
    }),
  }
}

export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}
