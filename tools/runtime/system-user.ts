import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { RuntimeError } from './errors.ts'

export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export const userName = 'postgres'

/**
 * PostgreSQL refuses to run as root, so root needs somebody to run it as: the user "postgres", made if there is none.
 * undefined when we are not root: then PostgreSQL runs as ourselves.
 * @throws RuntimeError RT_USER_MISSING
 */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const known = findUser(userName)
  if (known !== undefined) return known
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', userName], { stdio: 'pipe' })
  } catch (cause) {
    throw missing(cause)
  }
  const made = findUser(userName)
  if (made === undefined) throw missing(undefined)
  return made
}

/** undefined when /etc/passwd does not name it. */
export function findUser(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) }
}

/** Whether that user may enter a folder (each of the folders above it must let it through). */
export function mayEnter(user: SystemUser, folder: string): boolean {
  const outcome = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' })
  return outcome.status === 0
}

function missing(cause: unknown): RuntimeError {
  return new RuntimeError('RT_USER_MISSING', {
    message: `PostgreSQL does not run as root, and no user "${userName}" could be made for it.`,
    hint: `Make one (useradd --system --user-group ${userName}), or run ./prep as a user who is not root.`,
    cause,
  })
}
