/** What must not lose a line unnoticed. */
export type Subject = 'security context' | 'probe' | 'disruption budget' | 'network policy'

export interface GuardedLine {
  readonly subject: Subject
  /** Index into the lines of the document. */
  readonly index: number
  readonly text: string
}

const whole: ReadonlyArray<readonly [RegExp, Subject]> = [
  [/^kind: NetworkPolicy$/m, 'network policy'],
  [/^kind: PodDisruptionBudget$/m, 'disruption budget'],
]

const blocks: ReadonlyArray<readonly [RegExp, Subject]> = [
  [/^\s*(- )?(securityContext|podSecurityContext):/, 'security context'],
  [/^\s*(- )?automountServiceAccountToken:/, 'security context'],
  [/^\s*dapr\.io\/sidecar-seccomp-profile-type:/, 'security context'],
  [/^\s*(- )?(startup|liveness|readiness)Probe:/, 'probe'],
]

/** Lines of one rendered document that security contexts, probes, budgets and network policies are made of. */
export function guardedLines(document: string): GuardedLine[] {
  const lines = document.split('\n')
  const [, subject] = whole.find(([form]) => form.test(document)) ?? []
  if (subject !== undefined) return lines.flatMap((text, index) => isContent(text) ? [{ subject, index, text }] : [])
  return lines.flatMap((text, index) => blocks.filter(([form]) => form.test(text)).flatMap(([, of]) => block(lines, index).map((at) => ({ subject: of, index: at, text: lines[at] ?? '' }))))
}

/** A line and those that belong to it: deeper than it, up to the next that is not. */
function block(lines: readonly string[], start: number): number[] {
  const depth = depthOf(lines[start] ?? '')
  const found = [start]
  for (let index = start + 1; index < lines.length; index += 1) {
    const text = lines[index] ?? ''
    if (!isContent(text)) continue
    if (depthOf(text) <= depth) break
    found.push(index)
  }
  return found
}

function depthOf(text: string): number {
  return text.length - text.trimStart().length
}

function isContent(text: string): boolean {
  return text.trim() !== '' && !text.trim().startsWith('#')
}
