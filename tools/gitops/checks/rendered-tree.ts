import { join } from 'node:path'
import { releases } from '../render/releases.ts'
import { renderAll, type Rendered } from '../render/render.ts'
import { gitopsTool } from '../tools.ts'

export const root = join(import.meta.dirname, '../../..')

let known: Promise<readonly Rendered[]> | undefined

/** Everything that the tree installs, rendered once for each test file: 3 s. */
export function renderedTree(): Promise<readonly Rendered[]> {
  known ??= gitopsTool('helm').then((helm) => renderAll(root, releases(root), helm))
  return known
}
