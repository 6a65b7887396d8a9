import { mkdirSync, readdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPlatform, findFreePortBase, openPlatform, type Platform, type PlatformOptions } from '@prep/runtime'

const homes = join(tmpdir(), 'prep-private')

/**
 * A platform of one's own: its own folder, its own ports, not started yet. End it with {@link endPlatform}.
 * What a killed run left behind is ended here first, so that no test run has to be cleaned up after by hand.
 */
export async function privatePlatform(options: Omit<PlatformOptions, 'home' | 'portBase'> = {}): Promise<Platform> {
  // PostgreSQL may run as another user, who has to reach its data.
  mkdirSync(homes, { recursive: true, mode: 0o755 })
  await endAbandoned()
  const home = join(homes, `${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(home, { mode: 0o755 })
  return createPlatform({ ...options, home, portBase: await findFreePortBase() })
}

/** Stops it and removes its data and its logs; with PREP_TEST_KEEP=1 it leaves them, and says where. */
export async function endPlatform(platform: Platform): Promise<void> {
  await platform.stop()
  if (process.env['PREP_TEST_KEEP'] === '1') process.stderr.write(`Kept: ${platform.home}\n`)
  else platform.wipe()
}

/** Starts it; when a part fails, the error's message ends with the last lines of that part's log. */
export async function startPlatform(platform: Platform): Promise<void> {
  try {
    await platform.start()
  } catch (error) {
    const { message, detail = '' } = error as Error & { detail?: string }
    throw new Error(`${message}\n${detail}`, { cause: error })
  }
}

/** Homes carry the id of the process that made them; one that is gone left its platform behind. */
async function endAbandoned(): Promise<void> {
  for (const name of readdirSync(homes)) {
    const home = join(homes, name)
    const owner = Number(/^(\d+)-/.exec(name)?.[1])
    if (Number.isInteger(owner) && !isAlive(owner)) await endAbandonedOne(home).catch(() => undefined)
  }
}

async function endAbandonedOne(home: string): Promise<void> {
  const platform = openPlatform({ home })
  await platform.stop()
  if (process.env['PREP_TEST_KEEP'] !== '1') platform.wipe()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
