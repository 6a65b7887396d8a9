import type { Rendered } from '../render/render.ts'

/** A rule about what a release renders. Each has a file that breaks it in its test. */
export interface Policy {
  /** As it is reported: `pods-drop-capabilities`. */
  readonly name: string
  /** The rule, as a sentence. */
  readonly says: string
  /** What breaks it, a sentence each, naming the resource; nothing when the release keeps the rule. */
  readonly broken: (rendered: Rendered) => string[]
}

export interface Finding {
  readonly policy: string
  readonly release: string
  readonly message: string
}

/** Every break of every rule in what is rendered. */
export function brokenPolicies(policies: readonly Policy[], rendered: readonly Rendered[]): Finding[] {
  return rendered.flatMap((one) => policies.flatMap((policy) =>
    policy.broken(one).map((message) => ({ policy: policy.name, release: one.release.id, message }))))
}
