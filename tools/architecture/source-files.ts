import { readdirSync, readFileSync, type Dirent } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rooms } from './repository.ts'

const leftOut = new Set(['node_modules', 'dist', 'fixtures', '.prep', '.nx'])

/** One file of Prep's own: its path under the root, with forward slashes, and its text. */
export interface SourceFile { path: string, text: string }

function walk(folder: string, visit: (entry: Dirent, path: string) => void): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (leftOut.has(entry.name)) continue
    const path = join(folder, entry.name)
    visit(entry, path)
    if (entry.isDirectory()) walk(path, visit)
  }
}

function existingRooms(root: string): string[] {
  const present = new Set(readdirSync(root))
  return rooms.filter((room) => present.has(room))
}

/** Every TypeScript file under apps/, libs/ and tools/; what a build or a generator wrote is left out. */
export function sourceFiles(root: string): SourceFile[] {
  const files: SourceFile[] = []
  for (const room of existingRooms(root)) {
    walk(join(root, room), (entry, path) => {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.generated.ts')) return
      files.push({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') })
    })
  }
  return files
}

/** Every folder under apps/, libs/ and tools/, as a path under the root. */
export function sourceFolders(root: string): string[] {
  const folders: string[] = []
  for (const room of existingRooms(root)) {
    walk(join(root, room), (entry, path) => {
      if (entry.isDirectory()) folders.push(relative(root, path).split(sep).join('/'))
    })
  }
  return folders
}
