import { breaks } from './compatibility/breaks.ts'
import type { Break } from './compatibility/place.ts'
import type { Schema } from './compatibility/schema.ts'

/**
 * `backward`: a consumer of the new schema reads what was published under the old one (topics, dead letters, the event log).
 * `forward`: a consumer of the old schema, a deploy behind, reads what is published under the new one. `full`: both.
 */
export type Compatibility = 'full' | 'backward' | 'forward' | 'none'

export interface Verdict {
  readonly compatibility: Compatibility
  /** What old messages may do to new consumers; empty when backward compatible. */
  readonly backward: readonly Break[]
  /** What new messages may do to old consumers; empty when forward compatible. */
  readonly forward: readonly Break[]
}

/** Judges an edit of a schema on the consuming form: publishers keep to theirs strictly, consumers allow unknown properties. */
export function judge(released: Schema, edited: Schema): Verdict {
  const backward = breaks(released, edited)
  const forward = breaks(edited, released)
  return { compatibility: nameOf(backward.length === 0, forward.length === 0), backward, forward }
}

function nameOf(isBackward: boolean, isForward: boolean): Compatibility {
  if (isBackward && isForward) return 'full'
  if (isBackward) return 'backward'
  return isForward ? 'forward' : 'none'
}
