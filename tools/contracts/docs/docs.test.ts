import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CatalogueEntry, readCatalogue } from '../catalogue.ts'
import { asyncApiOf } from './asyncapi.ts'
import { cataloguePage } from './catalogue-page.ts'
import { complaintsOf } from './complaints-of.ts'
import { ENVELOPE } from './envelope-schema.ts'

const root = join(import.meta.dirname, '../../..')
let catalogue: CatalogueEntry[]

beforeAll(async () => {
  catalogue = await readCatalogue(root)
})

describe('the AsyncAPI document', () => {
  const committed = () => readFileSync(join(root, 'docs/asyncapi.json'), 'utf8')

  it('is accepted by the official parser without a word', { timeout: 60_000 }, async () => {
    expect(await complaintsOf(committed())).toEqual([])
  })

  it('is refused by it when it is wrong: the check bites', { timeout: 60_000 }, async () => {
    const document = JSON.parse(committed()) as { operations: Record<string, { channel: { $ref: string } }> }
    document.operations['booking.send.prep.booking.events']!.channel.$ref = '#/channels/nowhere'
    expect(await complaintsOf(JSON.stringify(document))).toContainEqual(expect.stringMatching(/^error at operations/))
  })

  it('has every message, on its topic, and who sends and receives it', () => {
    const document = asyncApiOf(catalogue, '1.0.0') as Record<'channels' | 'operations', Record<string, { messages: object, action?: string }>>
    expect(Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages)).sort()).toEqual(catalogue.map(({ exportName }) => exportName).sort())
    expect(document.operations['notification.receive.prep.booking.events']).toMatchObject({
      action: 'receive', channel: { $ref: '#/channels/prep.booking.events' }, messages: expect.arrayContaining([{ $ref: '#/channels/prep.booking.events/messages/BookingConfirmedV1' }]),
    })
    expect(document.channels['prep.service.commands']).toMatchObject({ address: 'prep.{service}.commands', parameters: { service: { enum: expect.arrayContaining(['payment']) } } })
  })

  it('says of a schema with newer keywords which dialect it has', () => {
    const [first] = catalogue as [CatalogueEntry]
    const schema = { ...first.schema, properties: { a: { type: 'array', prefixItems: [{ type: 'string' }] } } }
    const document = asyncApiOf([{ ...first, schema }], '1.0.0') as { components: { schemas: Record<string, object> } }
    expect(document.components.schemas[`${first.exportName}Data`]).toMatchObject({ schemaFormat: 'application/schema+json;version=draft-2020-12' })
  })

  it('describes the envelope that messaging writes', () => {
    const source = readFileSync(join(root, 'libs/messaging/src/envelope.ts'), 'utf8')
    const names = [...source.matchAll(/readonly (\w+)(\?)?:/g)]
    expect(Object.keys(ENVELOPE.properties).sort()).toEqual(names.map(([, name]) => name).sort())
    expect([...ENVELOPE.required].sort()).toEqual(names.filter(([, , optional]) => !optional).map(([, name]) => name).sort())
  })
})

it('the page has every message, its fields and its samples, and marks what is personal', () => {
  const page = cataloguePage(catalogue)
  for (const { type } of catalogue) expect(page).toMatch(new RegExp(`^## ${type.replaceAll('.', '\\.')}$`, 'm'))
  const hears = catalogue.find(({ type }) => type === 'booking.confirmed.v1')?.subscribers ?? []
  expect(hears).toEqual(expect.arrayContaining(['booking', 'notification', 'task-orchestrator']))
  expect(page).toContain(`| [booking.confirmed.v1](#bookingconfirmedv1) | event | A booking is confirmed. | booking | ${hears.join(', ')} |`)
  expect(page).toMatch(/\| `customer\.email` \| string \(email\), at most 254 characters \| .* \*\*Personal\.\*\* \|/)
  expect(page).not.toContain('undefined')
})
