import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inBatchClass } from './batch-class.ts'
import { interrupted, RuntimeError } from './errors.ts'
import { assertPortsFree } from './ports.ts'
import { processIdentity } from './process-identity.ts'
import { endProcess, isGone, isRunning, signalProcess, type ProcessRecord, type ProcessRecords } from './process-record.ts'
import { tail } from './run-tool.ts'

/** How to start one process of the platform and how to tell that it is ready. */
export interface PartSpec {
  readonly name: string
  readonly version: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
  /** The first is the one that `port` and `url` speak of. */
  readonly ports: readonly number[]
  readonly stopSignal?: NodeJS.Signals
  /** How long it may take from its stop signal to its end; then it is killed. */
  readonly stopTimeoutMs?: number
  readonly startTimeoutMs?: number
  /** When it ends at once with this at the end of its log, it is started again for a few seconds. */
  readonly retryOn?: RegExp
  /** Throws or answers false as long as the part cannot do its work. */
  readonly isReady: () => Promise<boolean>
}

export type Health = 'ready' | 'unready' | 'down'

const maxLogBytes = 20 * 1024 * 1024

/** One process of the platform: started detached, logging to a file, known by a record on disk. */
export class Part {
  readonly name: string
  readonly logFile: string
  readonly #spec: () => PartSpec | Promise<PartSpec>
  readonly #records: ProcessRecords
  readonly #known: Pick<PartSpec, 'version' | 'ports'> & { readonly url?: () => string }

  constructor(
    known: Pick<PartSpec, 'name' | 'version' | 'ports'> & { readonly url?: () => string },
    spec: () => PartSpec | Promise<PartSpec>,
    home: string,
    records: ProcessRecords,
  ) {
    this.name = known.name
    this.#known = known
    this.#spec = spec
    this.#records = records
    this.logFile = join(home, 'logs', `${known.name}.log`)
  }

  get version(): string {
    return this.#known.version
  }

  /** The port that clients of this part use. */
  get port(): number {
    return this.#known.ports[0] ?? 0
  }

  get ports(): readonly number[] {
    return this.#known.ports
  }

  get url(): string {
    return this.#known.url?.() ?? `http://127.0.0.1:${this.port}`
  }

  get record(): ProcessRecord | undefined {
    const record = this.#records.read(this.name)
    return isRunning(record) ? record : undefined
  }

  /** undefined when it does not run. */
  get pid(): number | undefined {
    return this.record?.pid
  }

  /**
   * Starts the process and waits until it is ready. Does nothing when it runs already.
   * @throws RuntimeError RT_PORT_IN_USE, RT_PART_FAILED, RT_PART_TIMEOUT, RT_INTERRUPTED
   */
  async start(signal?: AbortSignal): Promise<void> {
    const deadline = Date.now() + 10_000
    for (;;) {
      const record = await this.launch()
      try {
        await this.waitUntilReady(record, signal)
        return
      } catch (error) {
        if (!(await this.#mayStartAgain(error, deadline))) throw error
      }
    }
  }

  async #mayStartAgain(error: unknown, deadline: number): Promise<boolean> {
    const { retryOn } = await this.#spec()
    const detail = error instanceof RuntimeError ? (error.detail ?? '') : ''
    const again = retryOn?.test(tail(detail, 5)) === true && Date.now() < deadline
    if (again) await delay(200)
    return again
  }

  /** Starts the process without waiting. */
  async launch(): Promise<ProcessRecord> {
    const running = this.record
    if (running !== undefined) return running
    await assertPortsFree(this.ports.map((port) => ({ part: this.name, port })))
    const spec = await this.#spec()
    const record = launchProcess(spec, this.logFile)
    this.#records.write(record)
    return record
  }

  async waitUntilReady(record: ProcessRecord, signal?: AbortSignal): Promise<void> {
    const spec = await this.#spec()
    const timeoutMs = spec.startTimeoutMs ?? 120_000
    const deadline = Date.now() + timeoutMs
    while (!(await spec.isReady().catch(() => false))) {
      if (signal?.aborted === true) throw interrupted()
      if (!isRunning(record)) throw this.#failed(`${this.name} ended while it was starting.`, 'RT_PART_FAILED')
      if (Date.now() > deadline) throw this.#failed(`${this.name} was not ready after ${timeoutMs / 1000} s.`, 'RT_PART_TIMEOUT')
      await delay(25)
    }
  }

  /** Ends it cleanly: its stop signal, then SIGKILL after its time-out. */
  async stop(): Promise<'gone' | 'stopped' | 'killed'> {
    const record = this.#records.read(this.name)
    if (record === undefined) return 'gone'
    const outcome = await endProcess(record)
    this.#records.remove(this.name)
    return outcome
  }

  /** Sends a signal; after SIGKILL waits until the process is gone. */
  async kill(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const record = this.record
    if (record === undefined) return
    signalProcess(record, name)
    if (name === 'SIGKILL') await isGone(record, 10_000)
  }

  async health(): Promise<Health> {
    if (this.record === undefined) return 'down'
    const spec = await this.#spec()
    return (await spec.isReady().catch(() => false)) ? 'ready' : 'unready'
  }

  #failed(message: string, code: 'RT_PART_FAILED' | 'RT_PART_TIMEOUT'): RuntimeError {
    const log = existsSync(this.logFile) ? tail(readFileSync(this.logFile, 'utf8')) : ''
    return new RuntimeError(code, { message, hint: `Its log: ${this.logFile}`, detail: log })
  }
}

function launchProcess(spec: PartSpec, logFile: string): ProcessRecord {
  mkdirSync(dirname(logFile), { recursive: true })
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a')
  try {
    const { command, args } = inBatchClass(spec)
    const child = spawn(command, args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    })
    child.on('error', () => {}) // told by pid being undefined
    child.unref()
    return recordOf(spec, child.pid)
  } finally {
    closeSync(log)
  }
}

function recordOf(spec: PartSpec, pid: number | undefined): ProcessRecord {
  if (pid === undefined) {
    throw new RuntimeError('RT_PART_FAILED', { message: `${spec.name} could not be started: ${spec.command} cannot be run.` })
  }
  return {
    part: spec.name,
    pid,
    identity: processIdentity(pid) ?? 'ended at once',
    startedAt: new Date().toISOString(),
    command: [spec.command, ...spec.args].join(' ').slice(0, 400),
    ports: spec.ports,
    stopSignal: spec.stopSignal ?? 'SIGTERM',
    stopTimeoutMs: spec.stopTimeoutMs ?? 10_000,
  }
}
