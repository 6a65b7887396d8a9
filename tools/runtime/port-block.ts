import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache.ts'
import { RuntimeError } from './errors.ts'
import { portBlockSize, portIsFree } from './ports.ts'
import { isSameProcess, processIdentity } from './process-identity.ts'

const firstBase = 20_000
const lastBase = 30_000
const attempts = 200

/**
 * A base whose whole block of ports is free, between 20000 and 30000, for a platform of one's own in tests.
 * The block is claimed for this process until it ends, so that test files that run side by side get different ones.
 * @throws RuntimeError RT_NO_FREE_PORTS
 */
export async function findFreePortBase(): Promise<number> {
  const blocks = (lastBase - firstBase) / portBlockSize
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const base = firstBase + Math.floor(Math.random() * blocks) * portBlockSize
    if (!claim(base)) continue
    if (await blockIsFree(base)) return base
    rmSync(claimFile(base), { force: true })
  }
  throw new RuntimeError('RT_NO_FREE_PORTS', {
    message: `No free block of ${portBlockSize} ports was found between ${firstBase} and ${lastBase}.`,
    hint: 'See what listens there: ss -ltnp',
  })
}

async function blockIsFree(base: number): Promise<boolean> {
  const offsets = Array.from({ length: portBlockSize }, (_, offset) => offset)
  const free = await Promise.all(offsets.map((offset) => portIsFree(base + offset)))
  return free.every(Boolean)
}

function claimFile(base: number): string {
  const folder = join(cacheFolder(), 'port-blocks')
  mkdirSync(folder, { recursive: true })
  return join(folder, String(base))
}

function claim(base: number): boolean {
  const file = claimFile(base)
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) })
  try {
    writeFileSync(file, mine, { flag: 'wx' })
    return true
  } catch {
    if (claimIsAlive(file)) return false
    writeFileSync(file, mine)
    return true
  }
}

function claimIsAlive(file: string): boolean {
  try {
    const { pid, identity } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; identity: string }
    return pid !== process.pid && isSameProcess(pid, identity)
  } catch {
    return false
  }
}
