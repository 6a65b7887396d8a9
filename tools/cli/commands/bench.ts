import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { table } from '../table.ts'
import { benchMessagingCommand } from './bench-messaging.ts'
import { benchOutboxCommand } from './bench-outbox.ts'
import { positive } from './positive.ts'

const root = join(import.meta.dirname, '../../..')
const document = join(root, 'docs', 'benchmarks.md')

interface SpineFlags { rate: number, seconds: number, warmUp: number, idle: number, json?: boolean, write?: boolean }

/** `./prep bench`: one sub-command a benchmark. None of them is a test: they measure, and fail only when they cannot. */
export function benchCommand(): Command {
  const all = [spineCommand(), benchMessagingCommand(), benchOutboxCommand()]
  return all.reduce((bench, command) => bench.addCommand(command), new Command('bench').description('benchmarks, as a table'))
}

function spineCommand(): Command {
  return new Command('spine')
    .description('a booking through all services on a private platform: start, latency, load, memory, CPU')
    .option('--rate <n>', 'bookings a second', positive, 50)
    .option('--seconds <n>', 'how long', positive, 60)
    .option('--warm-up <n>', 'seconds of the same load before, not counted', positive, 60)
    .option('--idle <n>', 'bookings one after another before', positive, 100)
    .option('--json', 'print one JSON document instead of text')
    .option('--write', 'put the result into docs/benchmarks.md')
    .action(spine)
}

async function spine(flags: SpineFlags): Promise<void> {
  const { measureSpine } = await import('../../bench/spine/measure-spine.ts')
  const { partRows, spineAsMarkdown, targetRows, withSection } = await import('../../bench/spine/spine-report.ts')
  const { machine } = await import('../../bench/machine.ts')
  const onProgress = (what: string): void => void process.stderr.write(`... ${what}\n`)
  const result = await measureSpine({ rate: flags.rate, seconds: flags.seconds, warmUpSeconds: flags.warmUp, idleBookings: flags.idle, onProgress })
  if (flags.json) process.stdout.write(`${JSON.stringify({ machine: machine(), ...result }, null, 2)}\n`)
  else {
    const rows = targetRows(result).map(({ what, measured, target, reached }) => [what, measured, target, target === '' ? '' : reached ? 'yes' : 'NO'])
    process.stdout.write(`${machine()}\n\n${table(['', 'measured', 'target', 'reached'], rows)}\n${table(['process', 'memory', 'CPU ms a booking'], partRows(result))}`)
  }
  if (!flags.write) return
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '# Benchmarks\n'
  const command = `./prep bench spine --rate ${flags.rate} --seconds ${flags.seconds} --warm-up ${flags.warmUp}`
  const section = spineAsMarkdown(result, { machine: machine(), command, date: new Date().toISOString().slice(0, 10) })
  writeFileSync(document, withSection(before, 'spine', section))
}
