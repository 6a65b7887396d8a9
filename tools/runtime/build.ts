import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { services } from './catalogue.ts'
import { RuntimeError } from './errors.ts'
import { runTool, tail } from './run-tool.ts'

/**
 * Compiles apps and libs with `tsc -b`. Skipped when no source changed since the last build that passed: even a build
 * without work costs TypeScript more than a second.
 * @returns what was done, for the user.
 * @throws RuntimeError RT_BUILD_FAILED with the compiler's messages.
 */
export async function build(repoRoot: string, signal?: AbortSignal): Promise<string> {
  const stamp = join(repoRoot, 'node_modules', '.cache', 'prep', 'build-stamp')
  const fingerprint = fingerprintOf(repoRoot)
  if (outputsExist(repoRoot) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return 'nothing changed'
  await compile(repoRoot, outputsExist(repoRoot) ? [] : ['--force'], signal)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, fingerprint)
  return 'compiled'
}

async function compile(repoRoot: string, flags: string[], signal?: AbortSignal): Promise<void> {
  const { exitCode, output } = await runTool({
    command: process.execPath,
    args: [join(repoRoot, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', ...flags],
    cwd: repoRoot,
    ...(signal === undefined ? {} : { signal }),
  })
  if (exitCode !== 0) {
    throw new RuntimeError('RT_BUILD_FAILED', { message: 'The services do not compile.', hint: 'See: npx tsc -b', detail: tail(output, 30) })
  }
}

function outputsExist(repoRoot: string): boolean {
  return services.every((service) => existsSync(join(repoRoot, 'apps', service.name, 'dist', 'main.js')))
}

/** Path, size and time of every source file: as good as its content for telling that somebody edited it. */
function fingerprintOf(repoRoot: string): string {
  const hash = createHash('sha256')
  for (const file of ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json']) hash.update(describe(join(repoRoot, file)))
  for (const group of ['apps', 'libs']) {
    for (const project of readdirSync(join(repoRoot, group)).sort()) {
      const folder = join(repoRoot, group, project)
      for (const file of sourcesIn(folder)) hash.update(describe(file))
    }
  }
  return hash.digest('hex')
}

function sourcesIn(project: string): string[] {
  const source = join(project, 'src')
  const inner = existsSync(source) ? (readdirSync(source, { recursive: true }) as string[]) : []
  return [...inner.map((file) => join(source, file)), join(project, 'tsconfig.json')].filter(existsSync).sort()
}

function describe(file: string): string {
  const { size, mtimeMs } = statSync(file)
  return `${file} ${size} ${mtimeMs}\n`
}
