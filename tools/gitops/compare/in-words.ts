import type { FieldChange, ResourceChange } from './compare.ts'

/** From how many resources on the same change is told once for all of them: a release's labels are on every one. */
const TOLD_ONCE_FROM = 3

/** What changes, a sentence a line: first what is new and gone, then what all share, then each resource's own. */
export function inWords(changes: readonly ResourceChange[]): string[] {
  if (changes.length === 0) return ['Nothing changes.']
  const shared = sharedFields(changes)
  return [
    ...ofKind(changes, 'added', 'New'),
    ...ofKind(changes, 'removed', 'Gone'),
    ...[...shared.values()].map(({ field, resources }) => `${resources} resources: ${fieldInWords(field)}`),
    ...changes.flatMap(({ resource, fields }) => fields.filter((field) => !shared.has(keyOf(field))).map((field) => `${resource}: ${fieldInWords(field)}`)),
  ]
}

function ofKind(changes: readonly ResourceChange[], change: ResourceChange['change'], word: string): string[] {
  const names = changes.filter((one) => one.change === change).map(({ resource }) => resource)
  return names.length === 0 ? [] : [`${word}: ${names.join(', ')}`]
}

function sharedFields(changes: readonly ResourceChange[]): Map<string, { field: FieldChange, resources: number }> {
  const counted = new Map<string, { field: FieldChange, resources: number }>()
  for (const field of changes.flatMap(({ fields }) => fields)) {
    counted.set(keyOf(field), { field, resources: (counted.get(keyOf(field))?.resources ?? 0) + 1 })
  }
  return new Map([...counted].filter(([, { resources }]) => resources >= TOLD_ONCE_FROM))
}

function keyOf({ path, before, after }: FieldChange): string {
  return JSON.stringify([path, before ?? null, after ?? null])
}

function fieldInWords({ path, before, after }: FieldChange): string {
  const name = path.replace(/^spec\.template\.spec\./, 'pod ').replace(/^spec\.template\.metadata\./, 'pod ').replace(/^(spec|metadata)\./, '')
  if (before === undefined) return `${name} is new: ${valueInWords(after)}`
  if (after === undefined) return `${name} is gone (was ${valueInWords(before)})`
  return `${name} ${valueInWords(before)} becomes ${valueInWords(after)}`
}

/** Digests are cut to what people compare. */
function valueInWords(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const short = text.replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/, 'sha256:$1')
  return short === '' ? '""' : short.length > 120 ? `${short.slice(0, 117)}...` : short
}
