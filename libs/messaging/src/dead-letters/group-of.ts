import { createHash } from 'node:crypto'
import { type Failure } from '../inbox/failure.ts'

/**
 * Which letters have the same cause: 12 hex digits of consumer, code, error class and first stack frame. The frame counts
 * without line and column, so that a group outlives a deployment that moved the code by a line.
 */
export function groupOf(consumer: string, failure: Pick<Failure, 'code' | 'errorClass' | 'frame'>): string {
  const frame = failure.frame?.replace(/(:\d+){1,2}(?=\)?$)/, '') ?? ''
  return createHash('sha256').update([consumer, failure.code, failure.errorClass, frame].join('\0')).digest('hex').slice(0, 12)
}
