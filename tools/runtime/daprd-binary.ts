import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cacheFolder, fillFolder, folderIsIntact } from './cache.ts'
import { daprdArchive, downloadDaprd } from './daprd-release.ts'
import { buildDaprd } from './daprd-build.ts'
import { findGo } from './go.ts'
import { daprdVersion } from './daprd-version.ts'
import type { Progress } from './steps.ts'

let known: Promise<string> | undefined

/**
 * The sidecar's binary, in this order: the machine's own `daprd` if it is this version; the one in the cache; the
 * pinned release archive, where its checksum is known and it can be had; else built with Go from the verified lock in daprd/.
 * @returns its path.
 * @throws RuntimeError RT_INSTALL_FAILED, RT_CHECKSUM_MISMATCH, RT_PREREQUISITE_MISSING, RT_INTERRUPTED
 */
export function daprdBinary(progress: Progress = () => {}, signal?: AbortSignal): Promise<string> {
  known ??= findOrMake(progress, signal)
  known.catch(() => (known = undefined))
  return known
}

async function findOrMake(progress: Progress, signal?: AbortSignal): Promise<string> {
  if (machineHasDaprd()) return 'daprd'
  const folder = cachedFolder()
  const binary = join(folder, 'daprd')
  if (await folderIsIntact(folder)) return binary
  await fillFolder(folder, (unfinished) => downloadOrBuild(join(unfinished, 'daprd'), progress, signal))
  return binary
}

async function downloadOrBuild(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const archive = daprdArchive()
  if (archive !== undefined) {
    try {
      return await downloadDaprd(archive, target, progress, signal)
    } catch (error) {
      if (signal?.aborted === true || findGo() === undefined) throw error
      progress(`building it instead: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return buildDaprd(target, progress, signal)
}

/** Whether the machine's own `daprd` on PATH is the version that we want. */
export function machineHasDaprd(): boolean {
  return versionOfDaprd('daprd') === daprdVersion
}

/** undefined when it cannot be run. */
export function versionOfDaprd(binary: string): string | undefined {
  const { stdout, status } = spawnSync(binary, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** Whether the binary is in the cache, whole. */
export function daprdIsCached(): Promise<boolean> {
  return folderIsIntact(cachedFolder())
}

function cachedFolder(): string {
  return join(cacheFolder(), `daprd-${daprdVersion}-${process.platform}-${process.arch}`)
}
