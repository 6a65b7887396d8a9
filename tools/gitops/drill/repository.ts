import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { git } from '../promote/git.ts'

/** Staging and prod have these alone: the story needs no more, and each service is thirty resources for Argo CD to compare. */
export const kept = ['booking', 'notification']

function thinOut(root: string): void {
  for (const environment of ['staging', 'prod']) {
    const folder = join(root, 'gitops/envs', environment)
    const apps = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !kept.includes(entry.name))
    for (const { name } of apps) rmSync(join(folder, name), { recursive: true })
  }
}

/** A git repository of its own, made from this tree: what the forge would hold. */
export class Repository {
  readonly root: string
  #last: Promise<unknown> = Promise.resolve()
  readonly #heads: string[] = []

  constructor(root: string) {
    this.root = root
  }

  get url(): string {
    return `file://${this.root}`
  }

  /** Charts and tree as they are in the working copy, committed or not. */
  static async from(source: string, root: string): Promise<Repository> {
    rmSync(root, { recursive: true, force: true })
    mkdirSync(root, { recursive: true })
    for (const folder of ['charts', 'gitops']) cpSync(join(source, folder), join(root, folder), { recursive: true, verbatimSymlinks: true })
    thinOut(root)
    await git(root, 'init', '--quiet', '--initial-branch', 'main')
    await git(root, 'config', 'user.name', 'Prep drill')
    await git(root, 'config', 'user.email', 'drill@prep.invalid')
    const repository = new Repository(root)
    await repository.commit('The tree as it is', () => undefined)
    return repository
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true })
  }

  /** What an edit changes, as one commit; acts that run beside each other get one each. @returns its id */
  commit(message: string, edit: () => void): Promise<string> {
    return this.#alone(async () => {
      edit()
      await git(this.root, 'add', '--all')
      await git(this.root, 'commit', '--quiet', '--message', message)
      return this.head()
    })
  }

  /** A reviewed branch, as the forge merges it. @returns the new head */
  async merge(branch: string): Promise<string> {
    await git(this.root, 'merge', '--quiet', '--ff-only', branch)
    return this.head()
  }

  /** `git revert` of a commit, or of each in a range. @returns the id of the last commit that undoes one */
  revert(commits: string): Promise<string> {
    return this.#alone(async () => {
      await git(this.root, 'revert', '--no-edit', commits)
      return this.head()
    })
  }

  async head(): Promise<string> {
    const head = (await git(this.root, 'rev-parse', 'HEAD')).trim()
    if (this.#heads.at(-1) !== head) this.#heads.push(head)
    return head
  }

  /** True when a revision is that commit, or a head that came after it. */
  isSince(revision: string, commit: string): boolean {
    const [at, of] = [this.#heads.lastIndexOf(revision), this.#heads.indexOf(commit)]
    return of >= 0 && at >= of
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
