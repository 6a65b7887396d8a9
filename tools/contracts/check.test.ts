import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CatalogueEntry } from './catalogue.ts'
import { checkContracts } from './check.ts'
import { checkParticipants } from './check-participants.ts'
import { checkReleases } from './check-releases.ts'
import { findingCodes } from './findings.ts'
import { isReleased, type ReleasedLock, released } from './released-lock.ts'

const root = join(import.meta.dirname, '../..')

it('nothing that was released is broken; else ./prep contracts check says what', async () => {
  expect(await checkContracts(root)).toEqual([])
})

const booked = {
  type: 'object', additionalProperties: false, required: ['room', 'note'],
  properties: { room: { type: 'string', description: 'Room.' }, note: { enum: ['quiet', 'loud'] } },
}

function contract(changes: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const version = changes.version ?? 1
  return {
    type: `hotel.booked.v${version}`, family: 'hotel.booked', kind: 'event', context: 'hotel', version, topic: 'prep.hotel.events',
    folder: `/x/hotel/booked/v${version}`, dataschema: 'https://x', exportName: `BookedV${version}`, previous: undefined, schema: booked,
    samples: { 'valid-as-usual.json': { room: 'a', note: 'quiet' } }, readme: '', publishers: ['hotel'], subscribers: [], unpublished: undefined, ...changes,
  }
}

const edited = (changes: object): CatalogueEntry => contract({ schema: { ...booked, ...changes }, samples: {} })
const lock = released({}, [contract()])

describe('what is compared with the release', () => {
  it('is well when nothing or only a description changed', () => {
    expect(checkReleases([contract()], lock)).toEqual([])
    const described = contract({ schema: { ...booked, title: 'Booked', properties: { ...booked.properties, room: { type: 'string', description: 'Other words.' } } } })
    expect(checkReleases([described], lock)).toEqual([])
    expect(isReleased(lock, described)).toBe(true)
  })

  it('may not break old messages: the field is named, and what to do', () => {
    expect(checkReleases([edited({ required: ['room', 'note', 'guests'], properties: { ...booked.properties, guests: { type: 'integer' } } })], lock)).toEqual([{
      code: 'CONTRACT_BREAKS_OLD_MESSAGES', subject: 'hotel.booked.v1', pointer: '/properties/guests',
      message: 'guests: messages published under the release may never have it, but this schema demands that they have it.',
      advice: 'Leave guests optional, or make it version 2: hotel/booked/v2 with an upcast.ts; its consumers move first (./prep contracts show hotel.booked.v1).',
    }])
  })

  it('may not break old consumers', () => {
    expect(checkReleases([edited({ properties: { ...booked.properties, note: { enum: ['quiet', 'loud', 'deaf'] } } })], lock)).toEqual([{
      code: 'CONTRACT_BREAKS_OLD_CONSUMERS', subject: 'hotel.booked.v1', pointer: '/properties/note',
      message: 'note: messages published under this schema may be "deaf", but a consumer of the release demands that they be one of "quiet", "loud".',
      advice: expect.stringContaining('Take the change back, or make it version 2'),
    }])
  })

  it('sees a renaming for what it is', () => {
    const findings = checkReleases([edited({ required: ['place', 'note'], properties: { place: { type: 'string' }, note: booked.properties.note } })], lock)
    expect(findings.map(({ code }) => code)).toEqual(['CONTRACT_BREAKS_OLD_MESSAGES', 'CONTRACT_BREAKS_OLD_CONSUMERS'])
    for (const { message } of findings) expect(message).toContain('as if room was renamed to place')
  })

  it('may not be gone, or move', () => {
    expect(checkReleases([], lock)).toMatchObject([{ code: 'CONTRACT_REMOVED', subject: 'hotel.booked.v1', advice: expect.stringContaining('--retire hotel.booked.v1') }])
    expect(checkReleases([contract({ kind: 'command', topic: 'prep.hotel.commands' })], lock)).toMatchObject([{ code: 'CONTRACT_MOVED' }])
    expect(released(lock, [], ['hotel.booked.v1'])).toEqual({})
  })

  it('is every form that ever was released', () => {
    const optional = contract({ schema: { ...booked, properties: { ...booked.properties, extra: { type: 'string' } } } })
    const twice = released(lock, [optional])
    expect(checkReleases([contract()], twice)).toEqual([])
    const again = contract({ schema: { ...booked, properties: { ...booked.properties, extra: { type: 'integer' } } } })
    const third = released(twice, [contract()])
    expect(third['hotel.booked.v1']?.releases).toHaveLength(2)
    expect(checkReleases([again], third)).toContainEqual(expect.objectContaining({ code: 'CONTRACT_BREAKS_OLD_MESSAGES', pointer: '/properties/extra' }))
  })

  it('is the samples as well', () => {
    const lying: ReleasedLock = { 'hotel.booked.v1': { ...lock['hotel.booked.v1']!, releases: [{ schema: lock['hotel.booked.v1']!.releases[0]!.schema, samples: { 'valid-odd.json': { room: 7 } } }] } }
    expect(checkReleases([contract()], lying)).toMatchObject([{ code: 'CONTRACT_SAMPLE_REFUSED', message: 'A released sample, valid-odd.json, is refused by this schema.' }])
  })

  it('must hold in its own tolerant form, new contracts too', () => {
    const branch = (more: object) => ({ type: 'object', additionalProperties: false, required: Object.keys(more), properties: more })
    const schema = { oneOf: [branch({ a: {} }), branch({ a: {}, b: {} })] }
    expect(checkReleases([contract({ schema, samples: {} })], {})).toMatchObject([{ code: 'CONTRACT_AMBIGUOUS', pointer: '/oneOf/1' }])
  })
})

describe('who takes part', () => {
  const codes = (...catalogue: CatalogueEntry[]) => checkParticipants(catalogue).map(({ code, subject }) => [code, subject])
  const v1 = (changes: Partial<CatalogueEntry>) => contract(changes)
  const v2 = (changes: Partial<CatalogueEntry>) => contract({ version: 2, ...changes })

  it('consumers first: a handler of v2 reads what is published as v1', () => {
    expect(codes(v1({ publishers: ['hotel'] }), v2({ publishers: [], subscribers: ['cleaning'] }))).toEqual([])
    expect(codes(v1({ publishers: [] }), v2({ publishers: ['hotel'], subscribers: ['cleaning'] }))).toEqual([])
  })

  it('a publisher may not move while a consumer here reads only v1', () => {
    const findings = checkParticipants([v1({ publishers: [], subscribers: ['cleaning'] }), v2({ subscribers: ['kitchen'] })])
    expect(findings).toEqual([expect.objectContaining({
      code: 'CONTRACT_CONSUMER_BEHIND', subject: 'hotel.booked.v2',
      message: 'hotel publishes it, and cleaning reads only up to v1: every message would become a dead letter there.',
      advice: 'Consumers move first: let the handler in apps/cleaning subscribe to v2, release that, then move the publisher.',
    })])
  })

  it('a fact is published in one version', () => {
    expect(codes(v1({}), v2({}))).toEqual([['CONTRACT_PUBLISHED_TWICE', 'hotel.booked.v2']])
  })

  it('what is handled is published, or says why not', () => {
    expect(codes(v1({ publishers: [], subscribers: ['cleaning'] }))).toEqual([['CONTRACT_UNPUBLISHED', 'hotel.booked.v1']])
    expect(codes(v1({ publishers: [], subscribers: ['cleaning'], unpublished: 'Comes from the street.' }))).toEqual([])
    expect(codes(v1({ publishers: [], subscribers: ['cleaning'], topic: 'prep.<service>.commands' }))).toEqual([])
  })
})

it('the README lists every finding', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const rows = Object.fromEntries([...readme.matchAll(/^\| `(CONTRACT_\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text]))
  expect(rows).toEqual(findingCodes)
})
