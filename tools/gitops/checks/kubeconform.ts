import { spawnSync } from 'node:child_process'
import type { Rendered } from '../render/render.ts'
import { schemas } from '../schemas/schemas.ts'
import { gitopsTool } from '../tools.ts'

export interface SchemaReport {
  /** A sentence for each resource that its schema refuses. */
  readonly wrong: readonly string[]
  /** Kinds (`kafka.strimzi.io/v1/Kafka`) of which there is no schema. */
  readonly without: readonly string[]
  readonly checked: number
}

interface Resource { readonly kind: string, readonly name: string, readonly version: string, readonly status: string, readonly msg: string }

/** Every rendered manifest against its schema, by kubeconform, which is given local schemas only. */
export async function checkSchemas(rendered: readonly Rendered[]): Promise<SchemaReport> {
  const [{ location }, kubeconform] = [await schemas(), await gitopsTool('kubeconform')]
  const [wrong, without] = [[] as string[], new Set<string>()]
  let checked = 0
  for (const { release, text } of rendered) {
    const { stdout } = spawnSync(kubeconform, ['-strict', '-output', 'json', '-verbose', '-schema-location', location, '-'], { input: text, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    for (const { kind, name, version, status, msg } of (JSON.parse(stdout) as { resources: Resource[] }).resources) {
      if (status === 'statusEmpty') continue
      if (msg.startsWith('could not find schema')) without.add(`${version}/${kind}`)
      else if (status === 'statusValid') checked += 1
      else wrong.push(`${release.id}: ${kind}/${name}: ${msg}`)
    }
  }
  return { wrong, without: [...without].sort(), checked }
}
