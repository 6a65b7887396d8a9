import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'

/** At the start of a line, as the compiler writes them, or with a bracket; a sentence that holds "from 'x'" is neither. */
const specifier = /(?:^import\s*|^(?:import|export)\b[^'";]*\bfrom\s*|\b(?:import|require)\(\s*)['"](@?[a-z0-9][^'"\s]*)['"]/gm

/** Packages that the built files in a folder import, statically or later; not Node's own. Sorted. */
export function importedPackages(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  return packagesIn(files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n'))
}

/** The same for the text of a module. */
export function packagesIn(text: string): string[] {
  const names = [...text.matchAll(specifier)].map(([, name = '']) => name).filter((name) => !isBuiltin(name))
  return [...new Set(names.map((name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')))].sort()
}
