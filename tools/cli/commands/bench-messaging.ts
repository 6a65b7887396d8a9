import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { table } from '../table.ts'
import { positive } from './positive.ts'

const root = join(import.meta.dirname, '../../..')
const document = join(root, 'docs', 'benchmarks.md')
const plot = join(root, 'docs', 'benchmarks', 'messaging-cpu.svg')

interface MessagingFlags { rate: number, batchRate: number, seconds: number, only?: string, json?: boolean, write?: boolean }

export function benchMessagingCommand(): Command {
  return new Command('messaging')
    .description('events from a transaction in one service to a transaction in another, beside the Dapr SDK and bare Dapr')
    .option('--rate <n>', 'events a second, one a transaction', positive, 2_000)
    .option('--batch-rate <n>', 'events a second, ten a transaction', positive, 3_000)
    .option('--seconds <n>', 'how long each', positive, 60)
    .option('--only <names>', 'scenarios by name, with commas between; `failures` are dead letters and retries')
    .option('--json', 'print one JSON document instead of text')
    .option('--write', 'put the result into docs/benchmarks.md')
    .action(messaging)
}

async function messaging(flags: MessagingFlags): Promise<void> {
  const { measureScenario } = await import('../../bench/messaging/measure-scenario.ts')
  const { measureFailures } = await import('../../bench/messaging/measure-failures.ts')
  const { scenarios } = await import('../../bench/messaging/scenarios.ts')
  const { cpuRows, failureRows, scenarioRows, scenarioTitles } = await import('../../bench/messaging/messaging-report.ts')
  const { machine } = await import('../../bench/machine.ts')
  const only = flags.only?.split(',')
  const results = []
  for (const scenario of scenarios(flags.rate, flags.batchRate).filter(({ name }) => only?.includes(name) ?? true)) {
    process.stderr.write(`... ${scenario.title}\n`)
    results.push(await measureScenario(scenario, flags.seconds))
  }
  const withFailures = only?.includes('failures') ?? true
  if (withFailures) process.stderr.write('... dead letters and the retry worker\n')
  const failures = withFailures ? await measureFailures(10_000) : undefined
  if (flags.json) process.stdout.write(`${JSON.stringify({ machine: machine(), results, failures }, null, 2)}\n`)
  else {
    const { titles, rows } = cpuRows(results)
    const tables = [table(scenarioTitles, scenarioRows(results)), table(titles, rows), ...(failures ? [table(['', 'measured', 'target'], failureRows(failures))] : [])]
    process.stdout.write(`${machine()}\n\n${tables.join('\n')}`)
  }
  if (flags.write && only === undefined && failures) await write(flags, results, failures)
}

type Results = Parameters<typeof import('../../bench/messaging/messaging-report.ts')['messagingAsMarkdown']>

async function write(flags: MessagingFlags, results: Results[0], failures: Results[1]): Promise<void> {
  const { messagingAsMarkdown } = await import('../../bench/messaging/messaging-report.ts')
  const { cpuPlot } = await import('../../bench/messaging/cpu-plot.ts')
  const { withSection } = await import('../../bench/spine/spine-report.ts')
  const { machine } = await import('../../bench/machine.ts')
  const command = `./prep bench messaging --rate ${flags.rate} --batch-rate ${flags.batchRate} --seconds ${flags.seconds}`
  const head = `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, on ${machine()}. Publisher, subscriber, their sidecars, PostgreSQL with fsync and Kafka share the cores.`
  mkdirSync(dirname(plot), { recursive: true })
  writeFileSync(plot, cpuPlot(results))
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '# Benchmarks\n'
  writeFileSync(document, withSection(before, 'messaging', messagingAsMarkdown(results, failures, head, 'benchmarks/messaging-cpu.svg')))
}
