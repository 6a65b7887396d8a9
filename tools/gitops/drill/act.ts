import { GitopsError } from '../errors.ts'
import type { Stage } from './stage.ts'

/** One act of the drill: a step that either holds or throws. It answers what there was to see. */
export interface Act {
  readonly id: string
  readonly title: string
  readonly play: (stage: Stage) => Promise<string>
}

export function failed(message: string): GitopsError {
  return new GitopsError('GITOPS_DRILL_FAILED', { message })
}
