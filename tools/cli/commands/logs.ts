import { existsSync } from 'node:fs'
import { openPlatform, RuntimeError, type Part, type Platform } from '@prep/runtime'
import { Command } from 'commander'
import { LogFile } from '../logs/log-file.ts'
import { prettyLine, type LogLine } from '../logs/log-line.ts'
import { positive } from './positive.ts'

interface LogsOptions {
  readonly follow?: boolean
  readonly correlation?: string
  readonly lines: number
  readonly json?: boolean
}

export function logsCommand(): Command {
  return new Command('logs')
    .description('logs of all services in the order of time, or of one part and its sidecar')
    .argument('[part]', 'a service (booking), or any part that ./prep status names')
    .option('-f, --follow', 'go on as they are written; Ctrl-C ends it')
    .option('-c, --correlation <id>', 'only lines of one request, through all services')
    .option('-n, --lines <count>', 'how many of the newest lines to begin with', positive, 200)
    .option('--json', 'the lines as they are in the files')
    .action(logs)
}

async function logs(part: string | undefined, options: LogsOptions): Promise<void> {
  const files = chosenParts(openPlatform(), part).map((chosen) => new LogFile(chosen.name, chosen.logFile))
  const wanted = (line: LogLine): boolean => options.correlation === undefined || mentions(line, options.correlation)
  const write = (lines: LogLine[]): void => {
    for (const line of lines) process.stdout.write(`${options.json === true ? line.raw : prettyLine(line)}\n`)
  }
  const count = options.correlation === undefined ? options.lines : Number.POSITIVE_INFINITY
  const first = newest(newLines(files).filter(wanted), count)
  write(first)
  if (first.length === 0) process.stderr.write(`No line${options.correlation === undefined ? '' : ` of a request ${options.correlation}`} yet.\n`)
  if (options.follow !== true) return
  await new Promise<void>((resolve) => {
    const ticking = setInterval(() => write(newLines(files).filter(wanted)), 200)
    process.once('SIGINT', () => (clearInterval(ticking), resolve()))
    process.stdout.once('error', () => process.exit(0)) // the reader of a pipe has gone
  })
}

function chosenParts(platform: Platform, name: string | undefined): Part[] {
  const parts = name === undefined ? platform.parts : [platform.part(name), ...(platform.has(`${name}-daprd`) ? [platform.sidecar(name)] : [])]
  const written = parts.filter((part) => existsSync(part.logFile))
  if (written.length > 0) return written
  throw new RuntimeError('RT_NOT_RUNNING', { message: 'There are no logs yet.', hint: 'Start Prep: ./prep up' })
}

function newLines(files: readonly LogFile[]): LogLine[] {
  return files.flatMap((file) => file.readNew()).sort((one, other) => one.timeMs - other.timeMs)
}

function newest(lines: LogLine[], count: number): LogLine[] {
  return Number.isFinite(count) ? lines.slice(-count) : lines
}

function mentions({ fields }: LogLine, id: string): boolean {
  return fields?.['correlation_id'] === id || fields?.['request_id'] === id
}
