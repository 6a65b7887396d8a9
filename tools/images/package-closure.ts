import { posix } from 'node:path'

/** One entry of package-lock.json's `packages`. */
export interface LockedPackage {
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>
}

export type Lock = Readonly<Record<string, LockedPackage>>

/**
 * Folders (`node_modules/...`) of the packages that `names` need, all the way down, found from the root as Node finds
 * them. Optional ones count where the lock has them. Throws an Error for a package that the lock does not have.
 */
export function packageClosure(lock: Lock, names: readonly string[]): string[] {
  const wanted = new Set<string>()
  const add = (from: string, name: string, required: boolean): void => {
    const place = resolve(lock, from, name)
    if (place !== undefined && lock[place]?.link !== true) wanted.add(place)
    if (place === undefined && required) throw new Error(`${name}, which ${from === '' ? 'the app' : from} imports, is not in package-lock.json.`)
  }
  for (const name of names) add('', name, true)
  for (const place of wanted) {
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock[place] ?? {}
    for (const name of Object.keys(dependencies)) add(place, name, !(name in optionalDependencies))
    for (const name of Object.keys(optionalDependencies)) add(place, name, false)
    for (const name of Object.keys(peerDependencies)) if (peerDependenciesMeta[name]?.optional !== true) add(place, name, false)
  }
  return [...wanted].sort()
}

/** The nearest node_modules upwards that has the package. */
function resolve(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder) === '.' ? '' : posix.dirname(folder)) {
    const place = posix.join(folder, 'node_modules', name)
    if (place in lock) return place
    if (folder === '') return undefined
  }
}
