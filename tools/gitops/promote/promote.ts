import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ResourceChange } from '../compare/compare.ts'
import { inWords } from '../compare/in-words.ts'
import { promotionDiff } from '../compare/promotion-diff.ts'
import { GitopsError } from '../errors.ts'
import { goldenFiles, renewGolden } from '../golden/golden.ts'
import { releaseOf } from '../render/release-of.ts'
import { releases, type Environment } from '../render/releases.ts'
import { git, gitSucceeds } from './git.ts'
import { mustBeNewer, mustBePinned, mustFollow, nameOf } from './refusals.ts'
import { versionFile, versionOf, type Version } from './version-file.ts'

export interface Promotion {
  readonly app: string
  readonly from: Environment
  readonly to: Environment
}

export interface Promoted {
  readonly branch: string
  readonly commit: string
  readonly version: string
  readonly replaces: string
  readonly files: readonly string[]
  readonly changes: readonly ResourceChange[]
}

/**
 * Makes a branch with one commit: the version file of `from` copied to `to`, the golden renders that follow from it, and
 * what it changes on the cluster in its message. The checkout of the caller stays as it is.
 * @throws GitopsError each of the refusals in refusals.ts; GITOPS_DIRTY_TREE, GITOPS_BRANCH_EXISTS, GITOPS_RENDER_FAILED
 */
export async function promote(root: string, promotion: Promotion, helm: string, options: { allow: boolean }): Promise<Promoted> {
  const { app, from, to } = promotion
  mustFollow(from, to)
  for (const environment of [from, to]) releaseOf(root, environment, app)
  await mustBeClean(root)
  const [fresh, running] = [versionOf(root, app, from), versionOf(root, app, to)]
  mustBeNewer(app, fresh, running, { ...options, isAncestor: await isAncestor(root, fresh, running) })
  mustBePinned(app, to, fresh)
  const changes = await promotionDiff(root, app, from, to, helm)
  const branch = `promote/${app}-${(fresh.version === '' ? fresh.chartRevision : fresh.version).slice(0, 20)}-to-${to}`
  if (await gitSucceeds(root, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}`)) {
    throw new GitopsError('GITOPS_BRANCH_EXISTS', { message: `The branch ${branch} is there already.`, hint: `Open its pull request, or git branch -D ${branch}.` })
  }
  const message = commitMessage(promotion, fresh, running, changes)
  const made = await inWorktree(root, branch, async (folder) => commitPromotion(folder, promotion, helm, message))
  return { branch, ...made, version: nameOf(fresh), replaces: nameOf(running), changes }
}

async function mustBeClean(root: string): Promise<void> {
  const dirty = await git(root, 'status', '--porcelain')
  if (dirty === '') return
  throw new GitopsError('GITOPS_DIRTY_TREE', { message: 'There are changes that are not committed.', hint: 'Commit or stash them: the branch starts from what is committed.', detail: dirty })
}

/** What was built from an ancestor of the running commit is older, whatever its version says. */
async function isAncestor(root: string, fresh: Version, running: Version): Promise<boolean> {
  if (fresh.commit === '' || running.commit === '' || fresh.commit === running.commit) return false
  return gitSucceeds(root, 'merge-base', '--is-ancestor', fresh.commit, running.commit)
}

async function commitPromotion(folder: string, { app, from, to }: Promotion, helm: string, message: string): Promise<{ commit: string, files: string[] }> {
  copyFileSync(join(folder, versionFile(app, from)), join(folder, versionFile(app, to)))
  const touched = releases(folder).filter(({ id }) => id === `${to}/${app}` || (app === 'dapr' && id === 'services'))
  renewGolden(folder, await goldenFiles(folder, helm, touched))
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--cleanup=verbatim', '-m', message)
  const files = await git(folder, 'show', '--name-only', '--format=', 'HEAD')
  return { commit: await git(folder, 'rev-parse', 'HEAD'), files: files.split('\n') }
}

/** A checkout beside the caller's own. When the work fails, neither it nor the branch stays. */
async function inWorktree<T>(root: string, branch: string, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'prep-promote-'))
  const folder = join(parent, 'tree')
  let failed = true
  try {
    await git(root, 'worktree', 'add', '--quiet', '-b', branch, folder, 'HEAD')
    const result = await work(folder)
    failed = false
    return result
  } finally {
    await gitSucceeds(root, 'worktree', 'remove', '--force', folder)
    rmSync(parent, { recursive: true, force: true })
    if (failed) await gitSucceeds(root, 'branch', '-D', branch)
  }
}

/** Words first; the YAML is indented, so that git's own diff tools do not take it for one. */
function commitMessage({ app, from, to }: Promotion, fresh: Version, running: Version, changes: readonly ResourceChange[]): string {
  const diffs = changes.map(({ resource, diff }) => `${resource}\n${indent(diff)}`)
  return [
    `Promote ${app} ${nameOf(fresh)} from ${from} to ${to}`,
    `It replaces ${nameOf(running)}. To go back: git revert this commit.`,
    inWords(changes).join('\n'),
    ...diffs,
  ].join('\n\n')
}

function indent(text: string): string {
  return text.trimEnd().split('\n').map((line) => `    ${line}`).join('\n')
}
