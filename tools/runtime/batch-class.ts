import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * The same program in Linux's batch class (sched(7)), children included: who is woken there waits until the running one
 * pauses, instead of taking its place. Some twenty parts on a few cores wake each other with every message (ADR 0027).
 * As it is where the class cannot be had.
 */
export function inBatchClass({ command, args }: Command): Command {
  const chrt = changer()
  return chrt === undefined ? { command, args } : { command: chrt, args: ['--batch', '0', command, ...args] }
}

/** Whether parts run in the batch class here. */
export function hasBatchClass(): boolean {
  return changer() !== undefined
}

let known: { readonly path: string | undefined } | undefined

/** util-linux's chrt, where it is there and may do it: a container may forbid it. */
function changer(): string | undefined {
  known ??= { path: process.platform === 'linux' ? candidates().find(works) : undefined }
  return known.path
}

function candidates(): string[] {
  return (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'chrt')).filter(existsSync)
}

function works(chrt: string): boolean {
  return spawnSync(chrt, ['--batch', '0', 'true'], { stdio: 'ignore' }).status === 0
}
