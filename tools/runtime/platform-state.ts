import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from './errors.ts'
import type { PlatformParts } from './platform-options.ts'
import { isSameProcess, processIdentity } from './process-identity.ts'
import { endProcess, isRunning, type ProcessRecords } from './process-record.ts'

/** What `up` leaves in its home for status, logs, down and the next `up`. */
export interface PlatformState {
  /** The process that started the platform. */
  readonly pid: number
  readonly identity: string
  readonly startedAt: string
  readonly portBase: number
  readonly parts: PlatformParts
  readonly services: readonly string[]
  /** True once all parts were ready and the starter was to leave them running by themselves. */
  readonly detached: boolean
}

const stateFile = (home: string): string => join(home, 'run', 'platform.json')

export function readState(home: string): PlatformState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(home), 'utf8')) as PlatformState
  } catch {
    return undefined
  }
}

export function writeState(home: string, state: Pick<PlatformState, 'portBase' | 'parts' | 'services' | 'detached'>): void {
  const { pid } = process
  const whole: PlatformState = { pid, identity: processIdentity(pid) ?? '', startedAt: new Date().toISOString(), ...state }
  const file = stateFile(home)
  mkdirSync(join(home, 'run'), { recursive: true })
  writeFileSync(`${file}.${pid}`, `${JSON.stringify(whole, null, 2)}\n`)
  renameSync(`${file}.${pid}`, file)
}

export function removeState(home: string): void {
  rmSync(stateFile(home), { force: true })
}

/** The starter is alive, or it left on purpose and its parts are. */
export function isUp(home: string, records: ProcessRecords): boolean {
  const state = readState(home)
  if (state === undefined) return false
  if (isSameProcess(state.pid, state.identity)) return true
  return state.detached && records.all().some((record) => isRunning(record))
}

/**
 * Takes a home for a start. What a killed platform left running there is ended by its records.
 * @returns the names of the parts that were ended.
 * @throws RuntimeError RT_ALREADY_RUNNING
 */
export async function takeHome(home: string, records: ProcessRecords): Promise<string[]> {
  const state = readState(home)
  if (isUp(home, records)) {
    throw new RuntimeError('RT_ALREADY_RUNNING', {
      message: `Prep runs already, since ${state?.startedAt} (${state?.detached === true ? 'in the background' : `process ${state?.pid}`}, ports from ${state?.portBase}).`,
      hint: 'See it with ./prep status, end it with ./prep down.',
    })
  }
  return endLeftovers(records)
}

/** Ends whatever the records name, newest start first, all at once within a kind. */
export async function endLeftovers(records: ProcessRecords): Promise<string[]> {
  const found = records.all()
  const ended = await Promise.all(
    found.map(async (record) => ({ part: record.part, outcome: await endProcess(record) })),
  )
  for (const record of found) records.remove(record.part)
  return ended.filter(({ outcome }) => outcome !== 'gone').map(({ part }) => part)
}

/** Asks the process that started the platform, if it still runs, to end it as Ctrl-C does, and waits for that. */
export async function endStarter(home: string): Promise<void> {
  const state = readState(home)
  if (state === undefined || state.pid === process.pid) return
  await endProcess({ pid: state.pid, identity: state.identity, stopSignal: 'SIGTERM', stopTimeoutMs: 40_000 })
}
