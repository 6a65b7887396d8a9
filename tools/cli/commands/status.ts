import { styleText } from 'node:util'
import { memoryOf, openPlatform, type Health, type Part, type Platform } from '@prep/runtime'
import { Command } from 'commander'
import { depthOf, isBehind, type OutboxDepth } from '../outbox/outbox-depth.ts'
import { onOutboxesOf } from '../outbox/services-outboxes.ts'
import { table } from '../table.ts'

interface PartStatus {
  readonly part: string
  readonly health: Health
  readonly version: string
  readonly port: number
  readonly memory_bytes: number | null
  readonly pid: number | null
  readonly started_at: string | null
  /** Of a service with a database; null: none, or the database is away. */
  readonly outbox: OutboxDepth | null
}

export function statusCommand(): Command {
  return new Command('status')
    .description('each part: health, version, port, memory, process, and what waits in its outbox; exit code 1 unless all are ready')
    .option('--json', 'print one JSON document instead of text')
    .action(status)
}

async function status({ json = false }: { json?: boolean }): Promise<void> {
  const platform = openPlatform()
  const outboxes = await outboxesOf(platform)
  const parts = await Promise.all(platform.parts.map((part) => statusOf(part, outboxes)))
  const allReady = parts.every(({ health }) => health === 'ready')
  if (json) process.stdout.write(`${JSON.stringify({ running: platform.isUp, all_ready: allReady, home: platform.home, parts, behind: parts.filter(isPartBehind).map(({ part }) => part) }, null, 2)}\n`)
  else process.stdout.write(platform.isUp || parts.some(({ pid }) => pid !== null) ? asTable(parts) : 'Prep does not run. Start it: ./prep up\n')
  if (!allReady) process.exitCode = 1
}

/** A platform that is down, or whose database is, has a status all the same. */
async function outboxesOf(platform: Platform): Promise<OutboxDepth[]> {
  if (!platform.isUp || platform.migrated.length === 0) return []
  return onOutboxesOf(platform, undefined, (outboxes) => Promise.all(outboxes.map(depthOf))).catch(() => [])
}

function isPartBehind({ outbox }: PartStatus): boolean {
  return outbox !== null && isBehind(outbox)
}

async function statusOf(part: Part, outboxes: readonly OutboxDepth[]): Promise<PartStatus> {
  const { record } = part
  return {
    part: part.name,
    health: await part.health(),
    version: part.version,
    port: part.port,
    memory_bytes: record === undefined ? null : memoryOf(record.pid),
    pid: record?.pid ?? null,
    started_at: record?.startedAt ?? null,
    outbox: outboxes.find(({ service }) => service === part.name) ?? null,
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
    outboxText(part),
  ])
  const behind = parts.filter(isPartBehind).length
  return table(['part', 'health', 'version', 'port', 'memory', 'pid', 'outbox'], rows) + (behind === 0 ? '' : '\nMessages wait too long: ./prep outbox list\n')
}

/** A long outbox takes nothing from a service's readiness: it works on, and its messages wait. */
function outboxText(part: PartStatus): string {
  if (part.outbox === null) return '-'
  const { pending, blocked, age_s } = part.outbox
  const text = [pending === 0 ? '0' : `${pending}, oldest ${age_s.toFixed(0)} s`, ...(blocked === 0 ? [] : [`${blocked} blocked`])].join(', ')
  return isPartBehind(part) ? styleText('yellow', text) : text
}
