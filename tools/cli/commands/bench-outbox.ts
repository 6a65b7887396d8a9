import { Command } from 'commander'
import { table } from '../table.ts'
import { positive } from './positive.ts'

export function benchOutboxCommand(): Command {
  return new Command('outbox')
    .description('a million rows through one outbox: pages that its statements touch, and its size, at the start and later')
    .option('--rows <n>', 'how many', positive, 1_000_000)
    .option('--json', 'print one JSON document instead of text')
    .action(outbox)
}

async function outbox({ rows, json = false }: { rows: number; json?: boolean }): Promise<void> {
  const { measureOutbox } = await import('../../bench/outbox/measure-outbox.ts')
  const states = await measureOutbox(rows)
  if (json) return void process.stdout.write(`${JSON.stringify({ states }, null, 2)}\n`)
  const lines = states.map((state) => [state.rows.toLocaleString('en'), String(state.lookPages), String(state.checkPages), `${state.tableKiB} KiB`, `${state.indexKiB} KiB`])
  process.stdout.write(table(['rows so far', 'pages a look', 'pages a check', 'table', 'indexes'], lines))
}
