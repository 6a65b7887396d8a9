import { GitopsError } from '../errors.ts'
import { git } from '../promote/git.ts'
import { nextOpening, parseWindow, whyClosed } from './change-window.ts'
import { guardedChanges, isRevert } from './guarded-changes.ts'

export const windowFile = 'gitops/envs/prod/change-window.yaml'

export interface WindowVerdict {
  readonly because: 'nothing of prod changes' | 'the window is open' | 'a revert passes at any time'
  readonly changes: readonly string[]
}

/**
 * Whether the commit checked out may be merged now. The cluster never asks: a window there would hold back reverts too.
 * @throws GitopsError GITOPS_WINDOW_CLOSED, GITOPS_WINDOW_INVALID
 */
export async function checkWindow(root: string, base: string, at: Date): Promise<WindowVerdict> {
  // As the branch has it that it would be merged into: no pull request opens the window for itself.
  const window = parseWindow(await git(root, 'show', `${await git(root, 'merge-base', base, 'HEAD')}:${windowFile}`))
  const guarded = await guardedChanges(root, base, window.guards)
  const changes = guarded.map(({ path }) => path)
  if (guarded.length === 0) return { because: 'nothing of prod changes', changes }
  const why = whyClosed(window, at)
  if (why === undefined) return { because: 'the window is open', changes }
  if (isRevert(guarded)) return { because: 'a revert passes at any time', changes }
  const opens = nextOpening(window, at)
  const fresh = guarded.filter(({ wasThereBefore }) => !wasThereBefore).map(({ path }) => path)
  throw new GitopsError('GITOPS_WINDOW_CLOSED', {
    message: `Prod may not change now: ${why}.`,
    hint: opens === undefined ? 'It does not open in the next sixty days.' : `It opens at ${opens.toISOString()}. A revert passes at any time.`,
    detail: `New in prod:\n${fresh.join('\n')}`,
  })
}
