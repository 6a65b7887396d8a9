import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The checkout that this code belongs to. */
export const repositoryRoot = join(import.meta.dirname, '..', '..')

interface PackageFile {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const packageFile = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as PackageFile

/** Prep's own version, which is that of every service in it. */
export const ownVersion = packageFile.version

/** As package.json pins it: the one place where versions of npm packages stand. */
export function dependencyVersion(name: string): string {
  return packageFile.dependencies[name] ?? packageFile.devDependencies[name] ?? 'unknown'
}

/** Where a platform keeps state, logs and data: PREP_HOME, else .prep in its checkout. */
export function defaultHome(root: string = repositoryRoot): string {
  return resolve(process.env['PREP_HOME'] || join(root, '.prep'))
}
