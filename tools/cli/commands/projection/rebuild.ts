import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { DlqError, RefusedError } from '../../dlq/errors.ts'
import { type ProjectionRow, projectionRows } from '../../services/projection-rows.ts'
import { currentOperator, publishCommand } from '../../services/publish-command.ts'
import { type ServicesRecords, withRecords } from '../../services/services-records.ts'

interface RebuildOptions {
  readonly service: string
  readonly by: string
  readonly json?: boolean
}

const PATIENCE_MS = 600_000
const LOOK_MS = 200

export function projectionRebuildCommand(): Command {
  return new Command('rebuild')
    .description('build a projection anew beside the live one, and swap; one that is under way goes on')
    .argument('<name>', 'its name within the service: kitchens')
    .requiredOption('-s, --service <name>', 'the service that keeps it')
    .option('--by <operator>', 'who asks', currentOperator())
    .option('--json', 'print one JSON document instead of text')
    .action(rebuild)
}

async function rebuild(name: string, { service, by, json = false }: RebuildOptions): Promise<void> {
  const { RebuildProjectionV1 } = await import('@prep/contracts')
  await withRecords(service, async (records) => {
    const before = await rowOf(records, name)
    const id = await publishCommand(records.platform, service, RebuildProjectionV1, { projection: name, operator: by }, name)
    const row = await untilSwapped(records, name, id, before?.live ?? 1)
    process.stdout.write(json ? `${JSON.stringify(row)}\n` : `${service}'s ${name} are rebuilt: ${row.items} items, generation ${row.live}.\n`)
  })
}

async function rowOf(records: ServicesRecords, name: string): Promise<ProjectionRow | undefined> {
  return (await projectionRows(records)).find((row) => row.name === name)
}

async function untilSwapped(records: ServicesRecords, name: string, command: string, before: number): Promise<ProjectionRow> {
  const sql = `select error_code as code, error_message as message from inbox where event_id = $1::uuid and state = 'dead'`
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const [dead] = await records.of(records.services[0] as string)<{ code: string; message: string }>(sql, [command])
    if (dead) throw new RefusedError(dead.code, dead.message)
    const row = await rowOf(records, name)
    if (row !== undefined && row.building === null && row.live > before) return row
    await delay(LOOK_MS)
  }
  throw new DlqError('DLQ_NO_ANSWER')
}
