import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { copyBinaries, postgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { mayEnter, unprivilegedUser, type SystemUser } from './system-user.ts'

/** Where PostgreSQL keeps its data, what it runs, and as whom. */
export interface PostgresPlace {
  readonly data: string
  /** What to remove when the data is to go. */
  readonly folder: string
  readonly binaries: PostgresBinaries
  /** undefined: as ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** Set when the data is not where one would look for it. */
  readonly remark: string | undefined
}

const places = new Map<string, PostgresPlace>()

/** Below the platform's home, but for root: then another user runs it, who may not be able to reach that home. */
export function postgresPlace(home: string): PostgresPlace {
  const known = places.get(home)
  if (known !== undefined) return known
  const user = unprivilegedUser()
  const place = user === undefined ? ownPlace(home) : placeOf(user, home)
  places.set(home, place)
  return place
}

function ownPlace(home: string): PostgresPlace {
  mkdirSync(join(home, 'data'), { recursive: true })
  const data = join(home, 'data', 'postgres')
  return { data, folder: data, binaries: postgresBinaries(), owner: undefined, remark: undefined }
}

function placeOf(user: SystemUser, home: string): PostgresPlace {
  const installed = postgresBinaries()
  const shared = '/var/lib/prep'
  const binaries = mayEnter(user, dirname(installed.postgres)) ? installed : copyBinaries(installed, join(shared, 'postgresql'))
  const folder = folderFor(user, join(home, 'data'))
  const data = join(folder ?? join(shared, createHash('sha256').update(home).digest('hex').slice(0, 12)), 'postgres')
  if (folder !== undefined) return { data, folder: data, binaries, owner: idsOf(user), remark: undefined }
  mkdirSync(dirname(data), { recursive: true, mode: 0o755 })
  const remark = `its data is in ${data}, because the user ${user.name} cannot enter ${home}`
  return { data, folder: dirname(data), binaries, owner: idsOf(user), remark }
}

/** The folder, made if need be, when that user can reach it. Our own home may be walked through, but not listed. */
function folderFor(user: SystemUser, folder: string): string | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  if (mayEnter(user, folder)) return folder
  for (const own of [dirname(folder), folder]) chmodSync(own, statSync(own).mode | 0o111)
  return mayEnter(user, folder) ? folder : undefined
}

function idsOf(user: SystemUser): { uid: number; gid: number } {
  return { uid: user.uid, gid: user.gid }
}
