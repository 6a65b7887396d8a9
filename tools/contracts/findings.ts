/** What `./prep contracts check` may find. README.md has the same table. */
export const findingCodes = {
  CONTRACT_BREAKS_OLD_MESSAGES: 'Backward: consumers of this tree would refuse messages that were published under the release.',
  CONTRACT_BREAKS_OLD_CONSUMERS: 'Forward: consumers of the release, a deploy behind, would refuse what this tree publishes.',
  CONTRACT_SAMPLE_REFUSED: 'A sample of the one version is refused by the other.',
  CONTRACT_REMOVED: 'A released contract is gone.',
  CONTRACT_MOVED: 'A released contract has another kind or topic.',
  CONTRACT_AMBIGUOUS: 'Consumers allow unknown properties, and then refuse what the strict form allows.',
  CONTRACT_CONSUMER_BEHIND: 'A version is published that a consumer in this repository cannot read.',
  CONTRACT_PUBLISHED_TWICE: 'A fact is published in two versions.',
  CONTRACT_UNPUBLISHED: 'A service handles what nobody publishes; it would refuse to start.',
  CONTRACT_STALE: 'A generated file is not what its sources say.',
} as const

export interface Finding {
  readonly code: keyof typeof findingCodes
  /** CloudEvents type; a path for CONTRACT_STALE. */
  readonly subject: string
  /** JSON pointer into schema.json, where one place is to blame; else empty. */
  readonly pointer: string
  readonly message: string
  /** What to do. */
  readonly advice: string
}
