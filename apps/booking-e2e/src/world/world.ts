import type { Platform, PlatformOptions } from '@prep/runtime'
import { endPlatform, eventually, privatePlatform, startPlatform } from '@prep/testing'
import { GatewayClient, Slots } from '@prep/testing/gateway'
import { CardProvider } from './card-provider.ts'
import { Databases } from './databases.ts'

/** A whole platform with kitchens in it, ready to take bookings. */
export interface World {
  readonly platform: Platform
  readonly gateway: GatewayClient
  readonly cards: CardProvider
  readonly databases: Databases
  readonly kitchens: readonly string[]
  /** Slots of the kitchens that nobody else was given. */
  readonly slots: Slots
  end(): Promise<void>
}

export interface WorldOptions {
  kitchens?: number
  env?: PlatformOptions['env']
}

/** Starts every process and registers kitchens through the gateway. Everything is private: ports, data, logs. */
export async function startWorld({ kitchens = 1, env }: WorldOptions = {}): Promise<World> {
  const platform = await privatePlatform(env === undefined ? {} : { env })
  const databases = new Databases(platform)
  const end = async (): Promise<void> => {
    await databases.close()
    await endPlatform(platform)
  }
  try {
    await startPlatform(platform)
    const gateway = new GatewayClient(platform.part('api-gateway').url)
    const ids = await registerKitchens(gateway, databases, kitchens)
    return { platform, gateway, databases, cards: new CardProvider(platform.part('stripe-sandbox').url), kitchens: ids, slots: new Slots(ids), end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Registers kitchens and waits until the services that keep their own picture of them know them all. */
async function registerKitchens(gateway: GatewayClient, databases: Databases, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 1; n <= count; n += 1) {
    const answer = await gateway.registerKitchen({ name: `Harbour Street Kitchen ${n}` })
    if (answer.status !== 201) throw new Error(`The kitchen was refused: ${answer.status} ${JSON.stringify(answer.error)}`)
    ids.push(answer.data.id)
  }
  await eventually(async () => {
    for (const name of ['booking', 'compliance'] as const) {
      const [row] = await databases.query<{ n: string }>(name,
        `SELECT count(*) AS n FROM inbox WHERE event_type = 'listing.kitchen-registered.v1' AND state = 'handled'`)
      if (Number(row?.n) < count) throw new Error(`${name} knows ${row?.n} of ${count} kitchens`)
    }
  }, { timeoutMs: 60_000, what: 'every service knows the kitchens' })
  return ids
}
