import { type Tx } from '@prep/persistence'

/**
 * Places at which a test kills the process, to see that the next one keeps every promise. The commits are those of a use case,
 * a lane's batch, a message by itself, the record of a failure, a retry, an external handler's effect, the drain of what was
 * parked, an operator's decision about a letter, a replay that passes and one that fails, and the begin, the pages and the end
 * of a projection's rebuild.
 */
export const crashPoints = [
  'use-case.before-commit', 'use-case.after-commit',
  'relay.before-publish', 'relay.after-publish',
  'lane.before-commit', 'lane.after-commit',
  'single.before-commit', 'single.after-commit',
  'failure.before-commit', 'failure.after-commit',
  'answer.before', 'answer.after',
  'provider.before-call', 'provider.after-call',
  'effect.before-commit', 'effect.after-commit',
  'retry.before-commit', 'retry.after-commit',
  'failed-again.before-commit', 'failed-again.after-commit',
  'drain.before-commit', 'drain.after-commit',
  'decision.before-commit', 'decision.after-commit',
  'replay.before-commit', 'replay.after-commit',
  'replay-failed.before-commit', 'replay-failed.after-commit',
  'rebuild.before-commit', 'rebuild.after-commit',
  'page.before-commit', 'page.after-commit',
  'swap.before-commit', 'swap.after-commit',
] as const

export type CrashPoint = (typeof crashPoints)[number]
type Committed<P = CrashPoint> = P extends `${infer Name}.before-commit` ? Name : never

/** Both must be set: the name of a point alone, copied by mistake, harms nobody. No chart sets either. */
const armed = process.env['PREP_CRASH_ARMED'] === 'yes' ? process.env['PREP_CRASH_POINT'] : undefined

/** Ends the process with SIGKILL if this is the point that it was started to die at. Costs one comparison. */
export function crashPoint(point: CrashPoint): void {
  if (armed === point) process.kill(process.pid, 'SIGKILL')
}

/** The points before and after the commit of `tx`. */
export function crashAroundCommit(tx: Pick<Tx, 'beforeCommit' | 'onCommit'>, name: Committed): void {
  if (armed === undefined) return
  tx.beforeCommit(async () => crashPoint(`${name}.before-commit`))
  tx.onCommit(() => crashPoint(`${name}.after-commit`))
}

/** The point after the last byte of an answer was handed to the system. */
export function crashAfterAnswer(answer: NodeJS.EventEmitter): void {
  if (armed === 'answer.after') answer.once('finish', () => crashPoint('answer.after'))
}
