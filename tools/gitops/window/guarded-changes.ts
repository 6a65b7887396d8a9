import { git } from '../promote/git.ts'

/** A guarded file that differs between base and head; blob undefined: the file is gone. */
export interface GuardedChange {
  readonly path: string
  readonly blob: string | undefined
  /** Whether base's history has had exactly this at this path. */
  readonly wasThereBefore: boolean
}

const NONE = /^0+$/

/** What a pull request changes of the paths given, against the commit that it starts from. */
export async function guardedChanges(root: string, base: string, guards: readonly string[]): Promise<GuardedChange[]> {
  const start = await git(root, 'merge-base', base, 'HEAD')
  const changed = rawChanges(await git(root, 'diff', '--raw', '--no-abbrev', '--no-renames', start, 'HEAD', '--', ...guards))
  return Promise.all(changed.map(async ({ path, blob }) => ({ path, blob, wasThereBefore: (await blobsOf(root, start, path)).has(blob) })))
}

/** A pull request that brings every guarded file to a state that it has had before. */
export function isRevert(changes: readonly GuardedChange[]): boolean {
  return changes.length > 0 && changes.every(({ wasThereBefore }) => wasThereBefore)
}

/** All that the path has ever held on the way to a commit; undefined among them: for a time it was not there. */
async function blobsOf(root: string, commit: string, path: string): Promise<Set<string | undefined>> {
  const text = await git(root, 'log', '--format=', '--raw', '--no-abbrev', '--no-renames', '-m', '--first-parent', commit, '--', path)
  return new Set(text.split('\n').filter((line) => line.startsWith(':')).flatMap((line) => {
    const [, , before = '', after = ''] = line.split(/\s+/)
    return [before, after].map((blob) => NONE.test(blob) ? undefined : blob)
  }))
}

function rawChanges(text: string): { path: string, blob: string | undefined }[] {
  return text.split('\n').filter((line) => line !== '').map((line) => {
    const [facts = '', path = ''] = line.split('\t')
    const blob = facts.split(' ')[3] ?? ''
    return { path, blob: NONE.test(blob) ? undefined : blob }
  })
}
