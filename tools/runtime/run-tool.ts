import { spawn, type SpawnOptions } from 'node:child_process'
import { createInterface } from 'node:readline'
import { interrupted } from './errors.ts'

export interface ToolRun {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
  readonly signal?: AbortSignal
  /** Called with each line of standard output and standard error. */
  readonly onLine?: (line: string) => void
}

export interface ToolOutcome {
  readonly exitCode: number
  /** Standard output and standard error as they came. */
  readonly output: string
}

/**
 * Ends the tool when standard input closes, which happens also when this process is killed with SIGKILL: a second
 * `npm ci` must not meet the first.
 */
const guarded = 'exec 3<&0; "$@" </dev/null 3<&- & tool=$!; (read -r _ <&3; kill "$tool" 2>/dev/null) >/dev/null 2>&1 & guard=$!; wait "$tool"; code=$?; kill "$guard" 2>/dev/null; exit "$code"'

/** Runs a tool to its end, in its own process group, which an abort ends as a whole. Never throws for an exit code. */
export async function runTool(run: ToolRun): Promise<ToolOutcome> {
  throwIfInterrupted(run.signal)
  const child = spawn('/bin/sh', ['-c', guarded, 'sh', run.command, ...run.args], spawnOptions(run))
  const lines: string[] = []
  const collect = (line: string): void => {
    lines.push(line)
    run.onLine?.(line)
  }
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', collect)
  const onAbort = (): void => endGroup(child.pid)
  run.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const exitCode = await new Promise<number>((resolve) => {
      child.once('error', (error) => {
        collect(error.message)
        resolve(127)
      })
      child.once('close', (code) => resolve(code ?? 1))
    })
    throwIfInterrupted(run.signal)
    return { exitCode, output: lines.join('\n') }
  } finally {
    run.signal?.removeEventListener('abort', onAbort)
  }
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interrupted()
}

function spawnOptions(run: ToolRun): SpawnOptions {
  return {
    cwd: run.cwd,
    env: run.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...(run.uid === undefined ? {} : { uid: run.uid }),
    ...(run.gid === undefined ? {} : { gid: run.gid }),
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it ended by itself meanwhile
  }
}

/** The last lines of a tool's output, for an error's detail. */
export function tail(text: string, lines = 15): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
