import { setTimeout as pause } from 'node:timers/promises'
import type { Platform } from '@prep/runtime'
import type { GatewayClient } from '@prep/testing/gateway'
import { openPool } from './open-pool.ts'

/** Registers kitchens and waits until booking and compliance know them all. */
export async function registerKitchens(platform: Platform, gateway: GatewayClient, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 1; n <= count; n += 1) {
    const { status, data, error } = await gateway.registerKitchen({ name: `Benchmark Kitchen ${n}` })
    if (status !== 201) throw new Error(`The kitchen was refused: ${status} ${error?.code ?? ''}`)
    ids.push(data.id)
  }
  for (const database of ['booking', 'compliance']) await untilKnown(platform.databaseUrl(database), count)
  return ids
}

async function untilKnown(databaseUrl: string, count: number): Promise<void> {
  const pool = openPool(databaseUrl)
  try {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      const { rows } = await pool.query(`SELECT count(*)::int AS n FROM inbox WHERE event_type = 'listing.kitchen-registered.v1' AND state = 'handled'`)
      if ((rows[0] as { n: number }).n >= count) return
      await pause(100)
    }
    throw new Error('The kitchens did not arrive within a minute.')
  } finally {
    await pool.end()
  }
}
