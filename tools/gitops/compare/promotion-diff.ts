import { render } from '../render/render.ts'
import { releaseOf } from '../render/release-of.ts'
import type { Environment } from '../render/releases.ts'
import { versionFile } from '../promote/version-file.ts'
import { compare, type ResourceChange } from './compare.ts'

/**
 * What promotion of an app would change in the environment that it goes to: its settings stay, the version file is the
 * other environment's. Charts are read at the commits that the two version files name.
 * @throws GitopsError GITOPS_RELEASE_UNKNOWN, GITOPS_RENDER_FAILED, GITOPS_REVISION_UNKNOWN
 */
export async function promotionDiff(root: string, app: string, from: Environment, to: Environment, helm: string): Promise<ResourceChange[]> {
  const now = releaseOf(root, to, app)
  releaseOf(root, from, app)
  const promoted = { ...now, versionFile: versionFile(app, from), valueFiles: now.valueFiles.map((file) => file === versionFile(app, to) ? versionFile(app, from) : file) }
  const [before, after] = await Promise.all([render(root, now, helm), render(root, promoted, helm)])
  return compare(before.manifests, after.manifests)
}
