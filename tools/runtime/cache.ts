import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { processIdentity } from './process-identity.ts'

/** Downloads and builds live here, once per user: PREP_CACHE, else XDG_CACHE_HOME/prep, else ~/.cache/prep. */
export function cacheFolder(): string {
  return process.env['PREP_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'prep')
}

const sumsFile = 'SHA256SUMS'

/**
 * Fills a cached folder exactly once. The work is done in a folder beside it, and moved into place with a list of
 * checksums at the end: an interrupted download leaves nothing that could be taken for a finished one.
 */
export async function fillFolder(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}.${randomUUID().slice(0, 8)}`)
  removeAbandoned(target)
  mkdirSync(unfinished, { recursive: true })
  try {
    await fill(unfinished)
    await writeSums(unfinished)
    rmSync(target, { recursive: true, force: true })
    renameSync(unfinished, target)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** What a killed process left half filled. */
function removeAbandoned(target: string): void {
  const folder = dirname(target)
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder)) {
    const [, name, pid] = /^\.(.+)\.(\d+)\.[0-9a-f]{8}$/.exec(entry) ?? []
    const abandoned = name === basename(target) && processIdentity(Number(pid)) === undefined
    if (abandoned) rmSync(join(folder, entry), { recursive: true, force: true })
  }
}

/** True when the folder is complete and each file in it still is what was put there. */
export async function folderIsIntact(folder: string): Promise<boolean> {
  const list = join(folder, sumsFile)
  if (!existsSync(list)) return false
  const lines = readFileSync(list, 'utf8').split('\n').filter(Boolean)
  const checks = lines.map(async (line) => {
    const [sum, name] = [line.slice(0, 64), line.slice(66)]
    return existsSync(join(folder, name)) && (await sha256(join(folder, name))) === sum
  })
  return (await Promise.all(checks)).every(Boolean)
}

async function writeSums(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
  const lines = await Promise.all(files.map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`))
  writeFileSync(join(folder, sumsFile), lines.join(''))
}

/** SHA-256 of a file, in hex. By the megabyte: in the stream's own small pieces it takes half as long again. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
