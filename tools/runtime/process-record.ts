import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isSameProcess } from './process-identity.ts'

/** Written the moment a process is started; what `down` and the next `up` go by. */
export interface ProcessRecord {
  readonly part: string
  readonly pid: number
  /** See processIdentity: a recycled process id has another one. */
  readonly identity: string
  readonly startedAt: string
  readonly command: string
  readonly ports: readonly number[]
  /** The signal that ends it cleanly. */
  readonly stopSignal: NodeJS.Signals
  readonly stopTimeoutMs: number
}

export class ProcessRecords {
  readonly #folder: string

  constructor(home: string) {
    this.#folder = join(home, 'run')
  }

  write(record: ProcessRecord): void {
    mkdirSync(this.#folder, { recursive: true })
    const file = this.#file(record.part)
    writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`)
    renameSync(`${file}.new`, file)
  }

  read(part: string): ProcessRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(part), 'utf8')) as ProcessRecord
    } catch {
      return undefined
    }
  }

  remove(part: string): void {
    rmSync(this.#file(part), { force: true })
  }

  all(): ProcessRecord[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith('.part.json'))
      .flatMap((file) => this.read(basename(file, '.part.json')) ?? [])
  }

  #file(part: string): string {
    return join(this.#folder, `${part}.part.json`)
  }
}

type Identified = Pick<ProcessRecord, 'pid' | 'identity'>

export function isRunning<T extends Identified>(record: T | undefined): record is T {
  return record !== undefined && isSameProcess(record.pid, record.identity)
}

/**
 * Ends a recorded process: its own stop signal, then SIGKILL to its group. A process id that meanwhile belongs to
 * another process is left alone. Returns how it ended.
 */
export async function endProcess(record: Identified & Pick<ProcessRecord, 'stopSignal' | 'stopTimeoutMs'>): Promise<'gone' | 'stopped' | 'killed'> {
  if (!isRunning(record)) return 'gone'
  signal(record.pid, record.stopSignal)
  if (await isGone(record, record.stopTimeoutMs)) return 'stopped'
  signal(-record.pid, 'SIGKILL')
  await isGone(record, 10_000)
  return 'killed'
}

/** Sends a signal to a recorded process if it still is that process. */
export function signalProcess(record: Identified, name: NodeJS.Signals): void {
  if (isRunning(record)) signal(record.pid, name)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** True as soon as the process is gone; false when it is still there after the time-out. */
export async function isGone(record: Identified, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (isRunning(record)) {
    if (Date.now() >= deadline) return false
    await delay(20)
  }
  return true
}
