import { accepts } from './compatibility/accepts.ts'
import { breaks } from './compatibility/breaks.ts'
import type { Break } from './compatibility/place.ts'
import { isSame, type Schema } from './compatibility/schema.ts'
import { tolerantSchema } from '../../libs/contracts/src/tolerant-schema.ts'
import type { CatalogueEntry } from './catalogue.ts'
import type { Finding } from './findings.ts'
import { judge } from './judge.ts'
import type { Release, ReleasedContract, ReleasedLock } from './released-lock.ts'

/** Compares the working tree's contracts with every released form of them, and with their own tolerant form. */
export function checkReleases(catalogue: readonly CatalogueEntry[], lock: ReleasedLock): Finding[] {
  const present = new Set(catalogue.map(({ type }) => type))
  return [
    ...Object.keys(lock).filter((type) => !present.has(type)).map(removed),
    ...catalogue.flatMap((entry) => [...ambiguous(entry), ...(lock[entry.type] ? checkOne(entry, lock[entry.type] as ReleasedContract) : [])]),
  ]
}

function removed(type: string): Finding {
  return {
    code: 'CONTRACT_REMOVED', subject: type, pointer: '', message: 'It was released, and messages of it may still be under way.',
    advice: `Restore its folder. Once nobody can meet one any more: ./prep contracts release --retire ${type}`,
  }
}

function ambiguous({ type, schema }: CatalogueEntry): Finding[] {
  return breaks(schema, schema).map((found) => ({
    code: 'CONTRACT_AMBIGUOUS', subject: type, pointer: found.pointer, message: `${found.field} may ${found.may}, but must ${found.must}.`,
    advice: 'Make the schema one that still holds when unknown properties are allowed.',
  }))
}

function checkOne(entry: CatalogueEntry, { kind, topic, releases }: ReleasedContract): Finding[] {
  if (kind !== entry.kind || topic !== entry.topic) {
    const message = `Released as ${kind} on ${topic}, now ${entry.kind} on ${entry.topic}.`
    return [{ code: 'CONTRACT_MOVED', subject: entry.type, pointer: '', message, advice: 'Take it back, or give the message another name.' }]
  }
  const found = releases.flatMap((release) => compare(entry, release))
  return found.filter((one, i) => found.findIndex((other) => isSame(one, other)) === i)
}

function compare(entry: CatalogueEntry, release: Release): Finding[] {
  const { backward, forward } = judge(release.schema, entry.schema)
  const renamed = renames(backward, forward)
  return [
    ...backward.map((found) => finding('CONTRACT_BREAKS_OLD_MESSAGES', entry, found, renamed)),
    ...forward.map((found) => finding('CONTRACT_BREAKS_OLD_CONSUMERS', entry, found, renamed)),
    ...(backward.length > 0 ? [] : refusedSamples(entry, release.samples, entry.schema, 'A released sample, %s, is refused by this schema.')),
    ...(forward.length > 0 ? [] : refusedSamples(entry, entry.samples, release.schema, 'The sample %s is refused by the released schema.')),
  ]
}

function finding(code: 'CONTRACT_BREAKS_OLD_MESSAGES' | 'CONTRACT_BREAKS_OLD_CONSUMERS', entry: CatalogueEntry, found: Break, renamed: string): Finding {
  const isBackward = code === 'CONTRACT_BREAKS_OLD_MESSAGES'
  const [writer, reader] = isBackward ? ['messages published under the release', 'this schema'] : ['messages published under this schema', 'a consumer of the release']
  const message = `${found.field}: ${writer} may ${found.may}, but ${reader} demands that they ${found.must}.${renamed}`
  return { code, subject: entry.type, pointer: found.pointer, message, advice: adviceFor(entry, found, isBackward) }
}

function adviceFor({ type, version, folder }: CatalogueEntry, { keyword, field }: Break, isBackward: boolean): string {
  const next = `make it version ${version + 1}: ${folder.split('/').slice(-3, -1).join('/')}/v${version + 1} with an upcast.ts; its consumers move first (./prep contracts show ${type})`
  if (keyword === 'required' && isBackward) return `Leave ${field} optional, or ${next}.`
  if (keyword === 'required') return `Keep ${field} and go on publishing it, or ${next}.`
  if (keyword === 'enum' && isBackward) return `Keep the value, or ${next}.`
  return `Take the change back, or ${next}.`
}

/** A required property that went and one that came say, most likely, that one was renamed. */
function renames(backward: readonly Break[], forward: readonly Break[]): string {
  const [came, went] = [backward, forward].map((found) => found.filter(({ keyword, may }) => keyword === 'required' && may === 'never have it'))
  if (came?.length !== 1 || went?.length !== 1) return ''
  return ` This looks as if ${went[0]?.field} was renamed to ${came[0]?.field}: to a consumer that is one gone and another come.`
}

function refusedSamples({ type }: CatalogueEntry, samples: Readonly<Record<string, unknown>>, reader: Schema, message: string): Finding[] {
  const tolerant = tolerantSchema(reader) as Schema
  const refused = Object.entries(samples).filter(([, data]) => !accepts(tolerant, data, tolerant))
  const advice = 'Take the change back, or make a new version.'
  return refused.map(([name]) => ({ code: 'CONTRACT_SAMPLE_REFUSED', subject: type, pointer: '', message: message.replace('%s', name), advice }))
}
