import { styleText } from 'node:util'
import { memoryOf, openPlatform, type Health, type Part } from '@prep/runtime'
import { Command } from 'commander'
import { table } from '../table.ts'

interface PartStatus {
  readonly part: string
  readonly health: Health
  readonly version: string
  readonly port: number
  readonly memory_bytes: number | null
  readonly pid: number | null
  readonly started_at: string | null
}

export function statusCommand(): Command {
  return new Command('status')
    .description('each part: health, version, port, memory, process; exit code 1 unless all are ready')
    .option('--json', 'print one JSON document instead of text')
    .action(status)
}

async function status({ json = false }: { json?: boolean }): Promise<void> {
  const platform = openPlatform()
  const parts = await Promise.all(platform.parts.map(statusOf))
  const allReady = parts.every(({ health }) => health === 'ready')
  if (json) process.stdout.write(`${JSON.stringify({ running: platform.isUp, all_ready: allReady, home: platform.home, parts }, null, 2)}\n`)
  else process.stdout.write(platform.isUp || parts.some(({ pid }) => pid !== null) ? asTable(parts) : 'Prep does not run. Start it: ./prep up\n')
  if (!allReady) process.exitCode = 1
}

async function statusOf(part: Part): Promise<PartStatus> {
  const { record } = part
  return {
    part: part.name,
    health: await part.health(),
    version: part.version,
    port: part.port,
    memory_bytes: record === undefined ? null : memoryOf(record.pid),
    pid: record?.pid ?? null,
    started_at: record?.startedAt ?? null,
  }
}

const colours = { ready: 'green', unready: 'yellow', down: 'red' } as const

function asTable(parts: readonly PartStatus[]): string {
  const rows = parts.map((part) => [
    part.part,
    styleText(colours[part.health], part.health),
    part.version,
    String(part.port),
    part.memory_bytes === null ? '-' : `${Math.round(part.memory_bytes / 1024 / 1024)} MB`,
    part.pid === null ? '-' : String(part.pid),
  ])
  return table(['part', 'health', 'version', 'port', 'memory', 'pid'], rows)
}
