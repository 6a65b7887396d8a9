import type { Manifest } from '../render/manifest.ts'
import { manifestsIn } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'
import type { Policy } from '../policies/policy.ts'
import { guardedLines, type Subject } from './guarded-lines.ts'

export interface Mutant {
  readonly release: string
  readonly resource: string
  readonly subject: Subject
  /** The line that was deleted. */
  readonly line: string
  /** The first check that failed; undefined: it survived. */
  readonly caughtBy: string | undefined
}

export interface Checks {
  readonly policies: readonly Policy[]
  /** See schemaValidator. */
  readonly wrongBySchema: (manifest: Manifest) => string | undefined
}

/** Deletes each guarded line of what is rendered, one at a time, and asks every check whether it sees that. */
export function mutate(rendered: readonly Rendered[], checks: Checks): Mutant[] {
  return rendered.flatMap((one) => {
    const documents = one.text.split(/^---$/m).filter((text) => manifestsIn(text).length > 0)
    return documents.flatMap((document, index) => {
      const { kind, metadata } = one.manifests[index] ?? {}
      return guardedLines(document).map((line) => ({
        release: one.release.id,
        resource: `${kind}/${metadata?.name}`,
        subject: line.subject,
        line: line.text.trim(),
        caughtBy: caughtBy(one, index, without(document, line.index), checks),
      }))
    })
  })
}

function without(document: string, index: number): string {
  return document.split('\n').filter((_, at) => at !== index).join('\n')
}

function caughtBy(rendered: Rendered, index: number, document: string, { policies, wrongBySchema }: Checks): string | undefined {
  let changed: Manifest | undefined
  try {
    [changed] = manifestsIn(document)
  } catch {
    return 'yaml'
  }
  if (changed === undefined || wrongBySchema(changed) !== undefined) return 'schema'
  const manifests = rendered.manifests.map((manifest, at) => at === index ? changed : manifest)
  return policies.find((policy) => policy.broken({ ...rendered, manifests }).length > 0)?.name
}

export interface MutationReport {
  readonly mutants: number
  readonly caught: number
  readonly bySubject: ReadonlyArray<{ readonly subject: Subject, readonly mutants: number, readonly caught: number }>
  readonly byCheck: ReadonlyArray<{ readonly check: string, readonly caught: number }>
  readonly survivors: readonly Mutant[]
}

export function reportOf(mutants: readonly Mutant[]): MutationReport {
  const subjects = [...new Set(mutants.map(({ subject }) => subject))]
  const caught = mutants.filter(({ caughtBy: check }) => check !== undefined)
  const counts = Map.groupBy(caught, ({ caughtBy: check }) => check ?? '')
  return {
    mutants: mutants.length,
    caught: caught.length,
    bySubject: subjects.map((subject) => ({ subject, mutants: mutants.filter((one) => one.subject === subject).length, caught: caught.filter((one) => one.subject === subject).length })),
    byCheck: [...counts].map(([check, of]) => ({ check, caught: of.length })).sort((a, b) => b.caught - a.caught),
    survivors: mutants.filter(({ caughtBy: check }) => check === undefined),
  }
}
