import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { cacheFolder, fillFolder, folderIsIntact } from './cache.ts'
import { RuntimeError } from './errors.ts'
import type { Java } from './java.ts'
import { formatStorage, writeServerProperties, type KafkaRuntime } from './kafka-config.ts'
import { findFreePortBase } from './port-block.ts'
import { portIsFree } from './ports.ts'
import { runTool, tail } from './run-tool.ts'
import type { Progress } from './steps.ts'

const pomFolder = join(import.meta.dirname, 'kafka')
export const kafkaVersion = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(readPom())?.[1] ?? 'unknown'
/**
 * Only the first compiler, and the plain collector: a broker that is started often and has little to do. Measured on two
 * cores from start to 2,000 messages: 3.6 s of CPU instead of 7.5 s, 320 MB instead of 400 MB; then the same per message.
 */
export const frugal: readonly string[] = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
export const howToGetMaven = process.platform === 'darwin' ? 'brew install maven' : 'sudo apt-get install -y maven'

/**
 * Kafka's jars from the cache, or through Maven into it. With them goes an archive of the classes that a starting
 * broker loads (class data sharing), made by running one once: it halves the time to start (2.1 s to 1.1 s).
 * @throws RuntimeError RT_INSTALL_FAILED, RT_PREREQUISITE_MISSING
 */
export async function kafkaRuntime(java: Java, progress: Progress, signal?: AbortSignal): Promise<KafkaRuntime> {
  const runtime = known ?? (await resolveRuntime(java, progress, signal))
  known = runtime
  return runtime
}

let known: KafkaRuntime | undefined

async function resolveRuntime(java: Java, progress: Progress, signal?: AbortSignal): Promise<KafkaRuntime> {
  const folder = jarsFolder()
  if (!(await folderIsIntact(folder))) await fillFolder(folder, (target) => download(target, progress, signal))
  const jars = readdirSync(folder).filter((file) => file.endsWith('.jar')).sort()
  const classPath = jars.map((jar) => join(folder, jar)).join(':')
  const shared = join(cacheFolder(), `kafka-classes-${kafkaVersion}-${digest([java.command, java.version, classPath, ...frugal].join(' '))}`)
  if (!(await folderIsIntact(shared))) {
    progress('preparing its classes for a fast start')
    await fillFolder(shared, (target) => archiveClasses(java, classPath, join(target, 'classes.jsa'), signal))
  }
  const archive = join(shared, 'classes.jsa')
  return { java, classPath, jvmFlags: existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto'] : [] }
}

/** Whether the jars are in the cache already, whole. */
export function kafkaIsCached(): Promise<boolean> {
  return folderIsIntact(jarsFolder())
}

function jarsFolder(): string {
  return join(cacheFolder(), `kafka-${kafkaVersion}-${digest(readPom())}`)
}

async function download(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  progress(`downloading Kafka ${kafkaVersion} through Maven`)
  let files = 0
  const { exitCode, output } = await runTool({
    command: 'mvn',
    args: ['-B', '-f', join(pomFolder, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`],
    onLine: (line) => {
      if (/^\[INFO\] (Copying|Downloaded)/.test(line)) files += 1
      if (files % 10 === 1) progress(`downloading Kafka ${kafkaVersion}: ${files} files`)
    },
    ...(signal === undefined ? {} : { signal }),
  })
  if (exitCode === 0) return
  if (exitCode === 127) {
    throw new RuntimeError('RT_PREREQUISITE_MISSING', { message: 'Kafka comes through Maven, and there is no mvn.', hint: `Get it: ${howToGetMaven}` })
  }
  throw new RuntimeError('RT_INSTALL_FAILED', {
    message: `Kafka ${kafkaVersion} could not be downloaded through Maven.`,
    hint: 'Look at the connection or the settings in ~/.m2/settings.xml, then run the same again.',
    detail: tail(output),
  })
}

/**
 * Runs a broker of its own until it serves, ends it, and lets Java write down which classes it used. The shell around
 * it ends the broker when its standard input closes, which it also does when this process is killed.
 */
async function archiveClasses(java: Java, classPath: string, file: string, signal?: AbortSignal): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'prep-kafka-'))
  try {
    const base = await findFreePortBase()
    const properties = writeServerProperties(home, { kafka: base + 101, kafkaController: base + 102 })
    await formatStorage({ java, classPath, jvmFlags: [] }, properties, signal)
    const untilEndOfInput = '"$@" </dev/null & read -r _; kill -TERM $!; wait'
    const java17 = [java.command, '-Xmx512m', ...frugal, `-XX:ArchiveClassesAtExit=${file}`, '-cp', classPath]
    const shell = spawn('/bin/sh', ['-c', untilEndOfInput, 'sh', ...java17, 'kafka.Kafka', properties], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    const ended = new Promise((resolve) => shell.once('close', resolve))
    await servesOrTimesOut(base + 101, signal)
    shell.stdin.end()
    await ended
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function servesOrTimesOut(port: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + 20_000
  while (await portIsFree(port)) {
    if (signal?.aborted === true || Date.now() > deadline) return
    await delay(100)
  }
  await delay(500)
}

function readPom(): string {
  return readFileSync(join(pomFolder, 'pom.xml'), 'utf8')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
