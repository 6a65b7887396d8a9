import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { table } from '../table.ts'
import { positive } from './positive.ts'

const document = join(import.meta.dirname, '../../../docs/benchmarks.md')
const titles = ['rows so far', 'pages a look', 'pages a check', 'table', 'indexes']

interface OutboxFlags { rows: number, json?: boolean, write?: boolean }

export function benchOutboxCommand(): Command {
  return new Command('outbox')
    .description('a million rows through one outbox: pages that its statements touch, and its size, at the start and later')
    .option('--rows <n>', 'how many', positive, 1_000_000)
    .option('--json', 'print one JSON document instead of text')
    .option('--write', 'put the result into docs/benchmarks.md')
    .action(outbox)
}

async function outbox({ rows, json = false, write = false }: OutboxFlags): Promise<void> {
  const { measureOutbox } = await import('../../bench/outbox/measure-outbox.ts')
  const begun = performance.now()
  const states = await measureOutbox(rows)
  const seconds = Math.round((performance.now() - begun) / 1_000)
  const lines = states.map((state) => [state.rows.toLocaleString('en'), String(state.lookPages), String(state.checkPages), `${state.tableKiB.toLocaleString('en')} KiB`, `${state.indexKiB.toLocaleString('en')} KiB`])
  process.stdout.write(json ? `${JSON.stringify({ seconds, states }, null, 2)}\n` : table(titles, lines))
  if (!write) return
  const { machine } = await import('../../bench/machine.ts')
  const { withSection } = await import('../../bench/spine/spine-report.ts')
  const command = rows === 1_000_000 ? './prep bench outbox' : `./prep bench outbox --rows ${rows}`
  const head = `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, on ${machine()}; it took ${seconds} s.`
  const markdown = [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '# Benchmarks\n'
  writeFileSync(document, withSection(before, 'outbox', `${head}\n\n${markdown}`))
}
