import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from './errors.ts'
import { runTool, tail } from './run-tool.ts'
import type { Progress } from './steps.ts'

const stampFile = '.prep-lock-hash'

/** True when what is installed is what package-lock.json says. Uses nothing that would have to be installed. */
export function nodeModulesAreCurrent(repoRoot: string): boolean {
  const stamp = join(repoRoot, 'node_modules', stampFile)
  const current = lockHash(repoRoot)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return true
  if (!installedByHand(repoRoot)) return false
  writeFileSync(stamp, current)
  return true
}

/** Somebody ran npm ci: npm's own record of what it installed names every package of the lock in its version. */
function installedByHand(repoRoot: string): boolean {
  const installed = packagesIn(join(repoRoot, 'node_modules', '.package-lock.json'))
  const wanted = packagesIn(join(repoRoot, 'package-lock.json'))
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || isApp(path, entry) || entry.optional === true || installed[path]?.version === entry.version,
  )
}

/** An app is imported by nobody: a new one needs no installation. */
function isApp(path: string, { resolved }: LockedPackage): boolean {
  return path.startsWith('apps/') || resolved?.startsWith('apps/') === true
}

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly optional?: boolean
}

function packagesIn(lockFile: string): Record<string, LockedPackage> {
  if (!existsSync(lockFile)) return {}
  return (JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, LockedPackage> }).packages
}

/** @throws RuntimeError RT_INSTALL_FAILED */
export async function installNodeModules(repoRoot: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  let packages = 0
  const begun = Date.now()
  const ticking = setInterval(() => progress(`${Math.round((Date.now() - begun) / 1000)} s, ${packages} answers from the registry`), 1000)
  try {
    const { exitCode, output } = await runTool({
      command: 'npm',
      args: ['ci', '--no-audit', '--no-fund', '--loglevel=http'],
      cwd: repoRoot,
      onLine: (line) => (packages += line.includes('http fetch') || line.includes('http cache') ? 1 : 0),
      ...(signal === undefined ? {} : { signal }),
    })
    if (exitCode !== 0) {
      throw new RuntimeError('RT_INSTALL_FAILED', { message: 'npm ci failed.', hint: 'What it said:', detail: errorsIn(output) })
    }
  } finally {
    clearInterval(ticking)
  }
  writeFileSync(join(repoRoot, 'node_modules', stampFile), lockHash(repoRoot))
}

/** npm names the cause first and then explains at length. */
function errorsIn(output: string): string {
  const errors = output.split('\n').filter((line) => /^npm error\s+\S/.test(line)).slice(0, 12)
  return errors.length > 0 ? errors.join('\n') : tail(output)
}

function lockHash(repoRoot: string): string {
  return createHash('sha256').update(readFileSync(join(repoRoot, 'package-lock.json'))).digest('hex')
}
