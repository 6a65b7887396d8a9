import { createPlatform, defaultPortBase, type Platform } from '@prep/runtime'
import { Command } from 'commander'
import { runDemo } from '../demo/demo.ts'
import { abortOnSignals, type Interrupt } from '../interrupt.ts'
import { stepRenderer } from '../progress.ts'
import { reportError } from '../report-error.ts'
import { untilPartEnds } from '../watch-parts.ts'
import { whereToGoNext } from '../where-next.ts'

interface UpOptions {
  readonly detach?: boolean
  readonly demo: boolean
  readonly infra?: boolean
  readonly json?: boolean
}

export function upCommand(): Command {
  return new Command('up')
    .description('install what is missing, start everything, tell the story of two bookings; stays until Ctrl-C')
    .option('--detach', 'return when all is ready and leave it running; end it with ./prep down')
    .option('--no-demo', 'do not make the two bookings')
    .option('--infra', 'all but the services and their sidecars; run those yourself: ./prep run <service>')
    .option('--json', 'print one JSON document a line instead of text')
    .action(up)
}

async function up(options: UpOptions): Promise<void> {
  const platform = createPlatform({ parts: options.infra === true ? 'prepared' : 'full' })
  const interrupt = abortOnSignals()
  const begun = performance.now()
  await startWithProgress(platform, options, interrupt)
  const readyMs = Math.round(performance.now() - begun)
  say(options, `\nReady in ${(readyMs / 1000).toFixed(1)} s.\n`, { event: 'ready', ready_ms: readyMs, urls: platform.urls })
  if (options.demo && options.infra !== true) await tellStories(platform, options, interrupt)
  say(options, options.infra === true ? infraNext(platform, options) : whereToGoNext(platform, options.detach === true))
  if (options.detach !== true) await stay(platform, options, interrupt)
  interrupt.release()
}

async function startWithProgress(platform: Platform, options: UpOptions, interrupt: Interrupt): Promise<void> {
  const renderer = stepRenderer({ quiet: options.json === true })
  const onStep = options.json === true ? (event: object) => writeJson({ event: 'step', ...event }) : renderer.onStep
  try {
    await platform.start({ onStep, signal: interrupt.signal, detached: options.detach === true })
  } finally {
    renderer.close()
  }
}

function infraNext({ ports, kafkaBrokers }: Platform, { detach = false }: UpOptions): string {
  const withCli = `all services with the Dapr CLI: PREP_KAFKA_BROKERS=${kafkaBrokers} DAPR_HOST_IP=127.0.0.1 dapr run -f dapr.yaml`
  const next = ports.base === defaultPortBase ? withCli : `dapr.yaml, for the Dapr CLI, knows only the ports from ${defaultPortBase} on`
  return `\nNext: one service: ./prep run booking\n      ${next}\n${detach ? 'End it: ./prep down' : 'It stays until Ctrl-C.'}\n`
}

/** A story that goes wrong is told as such, and the platform stays up to be looked at. */
async function tellStories(platform: Platform, options: UpOptions, interrupt: Interrupt): Promise<void> {
  try {
    const told = runDemo(platform.part('api-gateway').url, (text) => say(options, text))
    const interrupted = interrupt.happened.then(() => undefined)
    const stories = await Promise.race([told, interrupted])
    if (stories === undefined) void told.catch(() => {})
    else if (options.json === true) writeJson({ event: 'stories', stories })
  } catch (error) {
    process.exitCode = reportError(error, { json: options.json === true })
  }
}

async function stay(platform: Platform, options: UpOptions, interrupt: Interrupt): Promise<void> {
  const watching = untilPartEnds(platform, (part) =>
    say(options, `\n${part.name} has ended. Its log: ${part.logFile}\n`, { event: 'part-ended', part: part.name }),
  )
  await interrupt.happened
  watching.stop()
  say(options, '\nEnding everything that was started ...\n')
  const ended = await platform.stop()
  say(options, `Ended ${ended.length} processes. Data is kept; ./prep down --wipe removes it.\n`, { event: 'ended', parts: ended })
}

function say({ json = false }: UpOptions, text: string, document?: object): void {
  if (!json) process.stdout.write(text)
  else if (document !== undefined) writeJson(document)
}

function writeJson(document: object): void {
  process.stdout.write(`${JSON.stringify(document)}\n`)
}

