import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { GitopsError } from '../errors.ts'
import type { Release } from './releases.ts'

const run = promisify(execFile)
const unpacked = new Map<string, Promise<string>>()

/**
 * Where a release's chart and common values are read: the tree itself, or, if its version file names a commit, that
 * commit's charts/ and gitops/services/, unpacked once a process into a folder that is removed at its end.
 * @throws GitopsError GITOPS_REVISION_UNKNOWN
 */
export async function chartRoot(root: string, release: Release): Promise<string> {
  const revision = chartRevision(root, release)
  if (revision === 'HEAD') return root
  const key = `${root} ${revision}`
  const known = unpacked.get(key) ?? unpack(root, revision, release.id)
  unpacked.set(key, known)
  return known
}

/** `HEAD`, or a commit. */
export function chartRevision(root: string, { versionFile }: Release): string {
  const path = versionFile === undefined ? undefined : join(root, versionFile)
  if (path === undefined || !existsSync(path)) return 'HEAD'
  const version = parse(readFileSync(path, 'utf8')) as { release?: { chartRevision?: string } } | null
  return version?.release?.chartRevision ?? 'HEAD'
}

/** Value files as Argo CD reads them: settings and version of the environment from the tree, all else beside the chart. */
export function valueFilesAt(root: string, chartsAt: string, files: readonly string[]): string[] {
  return files.map((file) => join(file.startsWith('gitops/envs/') ? root : chartsAt, file))
}

async function unpack(root: string, revision: string, id: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prep-chart-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const archive = join(folder, '.archive.tar')
  try {
    await run('git', ['-C', root, 'archive', '--format=tar', '-o', archive, revision, 'charts', 'gitops/services'])
    await run('tar', ['-xf', archive, '-C', folder])
  } catch (cause) {
    throw new GitopsError('GITOPS_REVISION_UNKNOWN', {
      message: `The chart of ${id} is read at commit ${revision}, which is not in this clone or has no charts.`,
      hint: 'Get the whole history: git fetch --unshallow, or git fetch origin main.',
      cause,
    })
  }
  return folder
}
