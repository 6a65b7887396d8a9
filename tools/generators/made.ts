import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GeneratorError } from './errors.ts'

/** What a generator wrote or changed, as paths under the root, and what is left for the person to do. */
export interface Made {
  readonly files: readonly string[]
  readonly next: readonly string[]
}

/** Writes new files, all or none. Throws GEN_EXISTS naming the first that is there. */
export function writeNew(root: string, files: Readonly<Record<string, string>>): void {
  for (const path of Object.keys(files)) if (existsSync(join(root, path))) throw new GeneratorError('GEN_EXISTS', path)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** `slot-held` as `SlotHeld`. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())
}
