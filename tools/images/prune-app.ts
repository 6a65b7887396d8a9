import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { importedPackages } from './imported-packages.ts'
import { packageClosure, type Lock } from './package-closure.ts'
import { productionProjects } from './production-projects.ts'

export interface Pruned {
  /** Folders of the app and its libraries. */
  readonly projects: readonly string[]
  /** Folders of packages, under node_modules. */
  readonly packages: readonly string[]
}

interface ProjectFile { readonly name: string, readonly type?: string, readonly exports?: unknown, readonly files?: readonly string[] }

/**
 * Copies into `out` what one app needs to run, and nothing else: its built files and those of its libraries (Nx's graph),
 * and the packages that these import, as package-lock.json has them. Everything must be built and installed in `root`.
 */
export function pruneApp(root: string, app: string, out: string): Pruned {
  const projects = productionProjects(root, app)
  const own = new Map(projects.map((project) => [projectFile(root, project).name, project]))
  const names = new Set(projects.flatMap((project) => importedPackages(join(root, project, 'dist'))))
  const { packages: lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }
  const packages = packageClosure(lock, [...names].filter((name) => !own.has(name))).filter((place) => existsSync(join(root, place)))
  for (const project of projects) copyProject(root, project, out)
  for (const place of packages) copyPackage(root, place, out, packages)
  for (const [name, project] of own) if (project.startsWith('libs/')) link(out, name, project)
  return { projects, packages }
}

function projectFile(root: string, project: string): ProjectFile {
  return JSON.parse(readFileSync(join(root, project, 'package.json'), 'utf8')) as ProjectFile
}

/** `files` of its package.json, as npm would publish it; default the built output. */
function copyProject(root: string, project: string, out: string): void {
  const { name, type, exports, files = ['dist'] } = projectFile(root, project)
  for (const file of files) cpSync(join(root, project, file), join(out, project, file), { recursive: true, filter: isForRuntime })
  writeFileSync(join(out, project, 'package.json'), `${JSON.stringify({ name, private: true, type, exports }, null, 2)}\n`)
}

function isForRuntime(path: string): boolean {
  return !/\.d\.ts(\.map)?$|\.tsbuildinfo$|\.(test|fixture)\.js(\.map)?$/.test(path)
}

/** Without the packages inside it that are not wanted themselves. */
function copyPackage(root: string, place: string, out: string, wanted: readonly string[]): void {
  const inner = `${place}/node_modules`
  cpSync(join(root, place), join(out, place), {
    recursive: true,
    dereference: true,
    // Only where there is something to leave out: without a filter Node copies many times faster.
    ...(existsSync(join(root, inner)) ? { filter: (path: string) => !isUnwanted(relative(root, path), inner, wanted) } : {}),
  })
}

function isUnwanted(path: string, inner: string, wanted: readonly string[]): boolean {
  return path.startsWith(`${inner}/`) && !wanted.some((one) => one.startsWith(path) || path === one || path.startsWith(`${one}/`))
}

function link(out: string, name: string, project: string): void {
  const place = join(out, 'node_modules', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(relative(dirname(place), join(out, project)), place)
}

if (import.meta.main) {
  const [app, out] = process.argv.slice(2)
  if (app === undefined || out === undefined) {
    process.stderr.write('Usage: node tools/images/prune-app.ts <app> <folder>\n')
    process.exit(2)
  }
  const { projects, packages } = pruneApp(process.cwd(), app, out)
  process.stdout.write(`${app}: ${projects.length} projects, ${packages.length} packages in ${out}\n`)
}
