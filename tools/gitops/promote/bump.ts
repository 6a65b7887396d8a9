import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { GitopsError } from '../errors.ts'
import { releaseOf } from '../render/release-of.ts'
import { isCommit, isDigest, versionFile } from './version-file.ts'

export interface Built {
  readonly digest: string
  readonly version: string
  /** What the image was built from; chart and common values are read there too. */
  readonly commit: string
}

/**
 * Writes what CI has built into dev's version file; comments stay. @returns the file's path
 * @throws GitopsError GITOPS_RELEASE_UNKNOWN, GITOPS_NOT_PINNED
 */
export function bump(root: string, app: string, { digest, version, commit }: Built): string {
  releaseOf(root, 'dev', app)
  if (!isDigest(digest) || !isCommit(commit)) {
    throw new GitopsError('GITOPS_NOT_PINNED', { message: `${app} needs a digest and a whole commit, not ${digest} and ${commit}.` })
  }
  const path = versionFile(app, 'dev')
  const document = parseDocument(readFileSync(join(root, path), 'utf8'))
  document.setIn(['image', 'digest'], digest)
  document.deleteIn(['image', 'tag'])
  document.setIn(['release', 'version'], version)
  document.setIn(['release', 'commit'], commit)
  document.setIn(['release', 'chartRevision'], commit)
  writeFileSync(join(root, path), document.toString({ lineWidth: 0 }))
  return path
}
