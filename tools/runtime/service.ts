import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from './errors.ts'
import { Part, type PartSpec } from './part.ts'
import { answersOk } from './probe.ts'
import { ownVersion } from './repository.ts'
import type { ProcessRecords } from './process-record.ts'
import { runTool, tail } from './run-tool.ts'

export interface ServiceOptions {
  readonly home: string
  readonly records: ProcessRecords
  readonly repoRoot: string
  readonly name: string
  readonly port: number
  readonly env: () => NodeJS.ProcessEnv
}

/** Small young generation: a service keeps under 150 MB, for a few more (and shorter) collections. */
const memoryFlags = ['--max-semi-space-size=4', '--max-old-space-size=192']

/** A service as it runs in production: Node.js on its built output. */
export function servicePart(options: ServiceOptions): Part {
  const known = { name: options.name, version: ownVersion, ports: [options.port] }
  const spec = (): PartSpec => ({
    ...known,
    command: process.execPath,
    args: [...memoryFlags, builtFile(options, 'main.js')],
    cwd: options.repoRoot,
    env: options.env(),
    stopTimeoutMs: 15_000,
    isReady: () => answersOk(`http://127.0.0.1:${options.port}/health/ready`),
  })
  return new Part(known, spec, options.home, options.records)
}

/**
 * Brings the service's database to its newest schema; nothing when the service has no migrations.
 * @throws RuntimeError RT_MIGRATION_FAILED
 */
export async function migrate(options: ServiceOptions, signal?: AbortSignal): Promise<void> {
  const file = builtFile(options, 'migrate.js')
  if (!existsSync(file)) return
  const { exitCode, output } = await runTool({
    command: process.execPath,
    args: [file],
    cwd: options.repoRoot,
    env: options.env(),
    ...(signal === undefined ? {} : { signal }),
  })
  if (exitCode !== 0) {
    throw new RuntimeError('RT_MIGRATION_FAILED', {
      message: `The database of ${options.name} could not be migrated.`,
      hint: 'Its data is untouched by the migration that failed.',
      detail: tail(output),
    })
  }
}

function builtFile(options: Pick<ServiceOptions, 'repoRoot' | 'name'>, file: string): string {
  return join(options.repoRoot, 'apps', options.name, 'dist', file)
}
