import { Command } from 'commander'
import { projectionRows } from '../../services/projection-rows.ts'
import { withRecords } from '../../services/services-records.ts'
import { table } from '../../table.ts'

export function projectionListCommand(): Command {
  return new Command('list')
    .description('every projection that has had a message: the generation that is read, and how far a rebuild is')
    .option('-s, --service <name>', 'only of this service')
    .option('--json', 'print one JSON document instead of text')
    .action(list)
}

async function list({ service, json = false }: { service?: string; json?: boolean }): Promise<void> {
  const projections = await withRecords(service, projectionRows)
  if (json) return void process.stdout.write(`${JSON.stringify({ projections }, null, 2)}\n`)
  const rows = projections.map((row) => [
    row.service, row.name, String(row.live), row.building === null ? '-' : `${row.items} items, at ${row.position ?? 'the beginning'}`, row.swapped_at?.toISOString() ?? '-',
  ])
  process.stdout.write(table(['service', 'projection', 'generation', 'rebuild', 'rebuilt'], rows))
}
