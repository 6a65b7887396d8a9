import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { renderAll } from '../render/render.ts'
import { releases, type Release } from '../render/releases.ts'

export const goldenFolder = 'charts/golden'

/** Every render that is kept, by its path from the root: `charts/golden/prod/booking.yaml`. */
export async function goldenFiles(root: string, helm: string, wanted: readonly Release[] = releases(root)): Promise<Map<string, string>> {
  const rendered = await renderAll(root, wanted, helm)
  return new Map(rendered.map(({ release, text }) => [`${goldenFolder}/${release.id}.yaml`, text]))
}

/** Paths whose file is not what would be rendered now: changed, missing, or of a release that is gone. Sorted. */
export function staleGolden(root: string, files: ReadonlyMap<string, string>): string[] {
  return [...changed(root, files), ...kept(root).filter((path) => !files.has(path))].sort()
}

/** Writes what is stale and removes what is gone; `files` are all there are. @returns the paths touched */
export function writeGolden(root: string, files: ReadonlyMap<string, string>): string[] {
  const gone = kept(root).filter((path) => !files.has(path))
  for (const path of gone) rmSync(join(root, path))
  return [...renewGolden(root, files), ...gone].sort()
}

/** Writes those of the files given that are stale, and touches no other. @returns their paths */
export function renewGolden(root: string, files: ReadonlyMap<string, string>): string[] {
  const stale = changed(root, files)
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), files.get(path) ?? '')
  }
  return stale
}

function changed(root: string, files: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([path, text]) => contentOf(root, path) !== text).map(([path]) => path)
}

function contentOf(root: string, path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

function kept(root: string): string[] {
  const folder = join(root, goldenFolder)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
