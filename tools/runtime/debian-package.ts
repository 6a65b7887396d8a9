import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, fillFolder, folderIsIntact } from './cache.ts'
import { RuntimeError } from './errors.ts'
import { runTool, tail } from './run-tool.ts'
import type { Progress } from './steps.ts'

/** A program that was found on the machine, or unpacked from its distribution's packages. */
export interface Program {
  readonly command: string
  /** What it needs beside the ordinary environment: its libraries, when they are not installed. */
  readonly env: Readonly<Record<string, string>>
}

export interface Wanted {
  /** As a reader knows it. */
  readonly name: string
  /** Names under which the machine may have it on PATH; the first that runs is taken. */
  readonly commands: readonly string[]
  /** The Debian package that has it, and where in it. */
  readonly debianPackage: string
  readonly path: string
}

export const redis: Wanted = { name: 'Redis', commands: ['redis-server', 'valkey-server'], debianPackage: 'redis-server', path: 'usr/bin/redis-server' }
/** Debian's is 1.18, which knows no named statements in transaction mode: what runs behind it runs behind any. */
export const pgbouncer: Wanted = { name: 'PgBouncer', commands: ['pgbouncer'], debianPackage: 'pgbouncer', path: 'usr/sbin/pgbouncer' }

/**
 * A program that is small and that every distribution has: the machine's own, else its Debian package with the libraries
 * that are not installed, unpacked (not installed) into the cache. apt checks the packages' signatures.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED, RT_INTERRUPTED
 */
export async function program(wanted: Wanted, progress: Progress = () => {}, signal?: AbortSignal): Promise<Program> {
  const own = ownCommand(wanted)
  if (own !== undefined) return { command: own, env: {} }
  const folder = cachedPackage(wanted)
  if (!(await folderIsIntact(folder))) {
    if (!canUnpack()) throw missing(wanted)
    await fillFolder(folder, (target) => unpack(wanted, target, progress, signal))
  }
  return { command: join(folder, wanted.path), env: { LD_LIBRARY_PATH: libraryFolders(folder).join(':') } }
}

/** The machine's own program; undefined when there is none on PATH. */
export function ownCommand({ commands }: Wanted): string | undefined {
  return commands.find((command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0)
}

/** Whether the program was unpacked into the cache before. */
export function packageIsCached(wanted: Wanted): boolean {
  return existsSync(cachedPackage(wanted))
}

/** Whether packages can be fetched and unpacked here. */
export function canUnpack(): boolean {
  return ['apt-get', 'dpkg-deb'].every((command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0)
}

/** The exact command that installs it. */
export function howToGet({ debianPackage, commands }: Wanted): string {
  return process.platform === 'darwin' ? `brew install ${commands.at(-1)?.replace(/-server$/, '')}` : `sudo apt-get install -y ${debianPackage}`
}

async function unpack(wanted: Wanted, target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const downloads = join(target, 'downloads')
  mkdirSync(downloads)
  const apt = (args: string[]) => runTool({ command: 'apt-get', args, cwd: downloads, ...(signal === undefined ? {} : { signal }) })
  progress(`asking apt what ${wanted.debianPackage} needs`)
  const listed = await apt(['install', '--print-uris', '-qq', '-y', '--no-install-recommends', wanted.debianPackage])
  if (listed.exitCode !== 0) throw failed(wanted, listed.output)
  const packages = packagesIn(listed.output)
  progress(`downloading ${packages.map((name) => name.split('=')[0]).join(', ')}`)
  const downloaded = await apt(['-o', 'APT::Sandbox::User=root', 'download', ...packages])
  if (downloaded.exitCode !== 0) throw failed(wanted, downloaded.output)
  for (const file of readdirSync(downloads)) {
    const { exitCode, output } = await runTool({ command: 'dpkg-deb', args: ['-x', join(downloads, file), target] })
    if (exitCode !== 0) throw failed(wanted, output)
  }
  rmSync(downloads, { recursive: true })
  if (!existsSync(join(target, wanted.path))) throw failed(wanted, `The package has no ${wanted.path}.`)
}

/** Lines of `--print-uris` are 'address' name_version_architecture.deb size sum; an epoch's colon is escaped as %3a. */
export function packagesIn(uris: string): string[] {
  return [...uris.matchAll(/^'[^']+' ([^_\s]+)_([^_\s]+)_[^_\s]+\.deb /gm)].map(([, name, version]) => `${name}=${version?.replace('%3a', ':')}`)
}

function libraryFolders(folder: string): string[] {
  return ['usr/lib', 'lib'].map((path) => join(folder, path)).filter(existsSync)
    .flatMap((path) => [path, ...readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name))])
}

/** Apart for each release of the distribution: the libraries must fit those that are installed. */
function cachedPackage({ debianPackage }: Wanted): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const [id, version] = ['ID', 'VERSION_ID'].map((key) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? 'any')
  return join(cacheFolder(), `${debianPackage}-${id}-${version}-${process.arch}`)
}

function missing(wanted: Wanted): RuntimeError {
  return new RuntimeError('RT_PREREQUISITE_MISSING', {
    message: `${wanted.name} is not on this machine.`,
    hint: `Get it: ${howToGet(wanted)}`,
  })
}

function failed(wanted: Wanted, output: string): RuntimeError {
  return new RuntimeError('RT_INSTALL_FAILED', {
    message: `${wanted.name} could not be unpacked from the package ${wanted.debianPackage}.`,
    hint: `Refresh the lists of packages (sudo apt-get update), or install it: ${howToGet(wanted)}`,
    detail: tail(output),
  })
}
