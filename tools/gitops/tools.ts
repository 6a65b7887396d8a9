import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cacheFolder, fillFolder, folderIsIntact } from '../runtime/cache.ts'
import { goBuild } from '../runtime/go.ts'
import type { Progress } from '../runtime/steps.ts'
import { locks, tools, type LockName, type ToolName } from './tool-list.ts'

const known = new Map<ToolName, string>()

/** The path of one tool's binary; see gitopsTools. */
export async function gitopsTool(name: ToolName, progress?: Progress, signal?: AbortSignal): Promise<string> {
  return (await gitopsTools([name], progress, signal))[name]
}

/**
 * The paths of tools, each from the cache if what is there still has its checksum, else built with Go from the module
 * lock, once. What is asked for together is built together: all of them cold take 10 minutes on two cores.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED, RT_INTERRUPTED
 */
export async function gitopsTools<Name extends ToolName>(names: readonly Name[], progress: Progress = () => {}, signal?: AbortSignal): Promise<Record<Name, string>> {
  const missing: ToolName[] = []
  for (const name of names) if (!known.has(name) && !(await folderIsIntact(folderOf(name)))) missing.push(name)
  for (const lock of Object.keys(locks) as LockName[]) {
    await buildFrom(lock, missing.filter((name) => tools[name].lock === lock), progress, signal)
  }
  for (const name of names) known.set(name, join(folderOf(name), name))
  return Object.fromEntries(names.map((name) => [name, known.get(name)])) as Record<Name, string>
}

/** Those that would have to be built; only looks whether they are there, so that it is quick. */
export async function toolsToBuild(names: readonly ToolName[] = Object.keys(tools) as ToolName[]): Promise<ToolName[]> {
  const intact = await Promise.all(names.map((name) => folderIsIntact(folderOf(name))))
  return names.filter((_, index) => intact[index] === false)
}

async function buildFrom(lock: LockName, names: readonly ToolName[], progress: Progress, signal?: AbortSignal): Promise<void> {
  if (names.length === 0) return
  const { takes, packagesInAll, flags } = locks[lock]
  const parent = gitopsCache()
  mkdirSync(parent, { recursive: true })
  const built = mkdtempSync(join(parent, '.building-'))
  try {
    const args = [...flags, '-o', `${built}/`, ...names.map((name) => tools[name].package)]
    await goBuild({ name: names.join(', '), takes, packagesInAll, lockFolder: lockFolder(lock), args }, progress, signal)
    for (const name of names) {
      await fillFolder(folderOf(name), async (folder) => renameSync(join(built, binaryOf(tools[name].package)), join(folder, name)))
    }
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}

/** As Go names what it builds: the last part of the path that is no major version. */
function binaryOf(path: string): string {
  return basename(path.replace(/\/v\d+$/, ''))
}

function folderOf(name: ToolName): string {
  return join(gitopsCache(), name)
}

export function lockFolder(lock: LockName): string {
  return join(import.meta.dirname, 'locks', lock)
}

let knownCache: string | undefined

/** Everything that is made from the locks, apart for each state of them: ~/.cache/prep/gitops-<sum>. */
export function gitopsCache(): string {
  knownCache ??= join(cacheFolder(), `gitops-${sumOfLocks()}`)
  return knownCache
}

function sumOfLocks(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${JSON.stringify(locks)}`)
  for (const lock of Object.keys(locks) as LockName[]) {
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(lockFolder(lock), file)))
  }
  return hash.digest('hex').slice(0, 8)
}
