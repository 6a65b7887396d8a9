import { GitopsError } from '../errors.ts'
import { environments, type Environment } from '../render/releases.ts'
import { isCommit, isDigest, type Version } from './version-file.ts'

/** @throws GitopsError GITOPS_PROMOTION_ORDER unless `to` comes right after `from` */
export function mustFollow(from: Environment, to: Environment): void {
  if (environments.indexOf(to) === environments.indexOf(from) + 1) return
  throw new GitopsError('GITOPS_PROMOTION_ORDER', {
    message: `${from} is not promoted to ${to}.`,
    hint: `The order is ${environments.join(', ')}; to go back, git revert the promotion.`,
  })
}

/** Prod runs what can never change under its name. @throws GitopsError GITOPS_NOT_PINNED */
export function mustBePinned(app: string, to: Environment, version: Version): void {
  if (to !== 'prod') return
  const wrong = [
    ...(app === 'dapr' || isDigest(version.digest) ? [] : [version.digest === '' ? `its image is named by tag (${version.tag})` : 'its image has no digest that names one']),
    ...(isCommit(version.chartRevision) ? [] : [`its chart is read at ${version.chartRevision}`]),
  ]
  if (wrong.length === 0) return
  throw new GitopsError('GITOPS_NOT_PINNED', {
    message: `${app} cannot go to prod: ${wrong.join(' and ')}.`,
    hint: 'CI writes digest and commit into the version file of dev; promote that one.',
  })
}

/** @throws GitopsError GITOPS_SAME_VERSION, GITOPS_DOWNGRADE */
export function mustBeNewer(app: string, fresh: Version, running: Version, options: { allow: boolean, isAncestor: boolean }): void {
  if (JSON.stringify(fresh) === JSON.stringify(running)) {
    throw new GitopsError('GITOPS_SAME_VERSION', { message: `${app} ${nameOf(running)} is there already.`, hint: 'There is nothing to promote.' })
  }
  if (options.allow || !(options.isAncestor || isOlder(fresh.version, running.version))) return
  throw new GitopsError('GITOPS_DOWNGRADE', {
    message: `${app} ${nameOf(fresh)} is older than ${nameOf(running)}, which runs there.`,
    hint: 'To go back, git revert the promotion; with --allow it is promoted all the same.',
  })
}

/** `0.2.0 (1a2b3c4)` */
export function nameOf({ version, commit }: Version): string {
  return [version, commit === '' ? '' : `(${commit.slice(0, 7)})`].filter((part) => part !== '').join(' ') || 'without a version'
}

/** By numbers, part for part; what is no version is never older. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(than)]
  if (left === undefined || right === undefined) return false
  const different = left.findIndex((number, index) => number !== right[index])
  return different >= 0 && (left[different] as number) < (right[different] as number)
}

function numbersOf(version: string): number[] | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)
  return found === null ? undefined : found.slice(1).map(Number)
}
