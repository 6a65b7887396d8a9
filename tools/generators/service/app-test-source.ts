import { eventConstOf, handlerOf, moduleClassOf, type ServiceParts } from './service-parts.ts'

/** The test of a new service: the whole of it on a real database, its messages left in the outbox. */
export function serviceTestSource(parts: ServiceParts): string {
  const { name, hears } = parts
  const [event, moduleClass] = [eventConstOf(parts), moduleClassOf(parts)]
  const names = [hears.exportName, event].sort().join(', ')
  return `import 'reflect-metadata'
import { ${names} } from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, publishedBy, sampleOf, startTestService, type TestService } from '@prep/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrations } from './persistence/migrations.ts'
import { ${moduleClass} } from './${name}.module.ts'

let service: TestService

beforeAll(async () => {
  service = await startTestService({ name: '${name}', module: async () => ${moduleClass}, migrations: async () => migrations })
})
afterAll(() => service?.stop())

it('is ready', async () => {
  expect((await fetch(\`\${service.url}/health/ready\`)).status).toBe(200)
})

it('keeps one entry for ${hears.type} and tells of it once, however often it comes', async () => {
  const message = envelopeOf(${hears.exportName}, sampleOf(${hears.exportName}))
  for (const again of [message, message]) expect(await deliver(service.app, again)).toEqual(['SUCCESS'])
  expect(await inboxOf(service.database)).toMatchObject([{ consumer: '${name}/${hears.family}', event_id: message.id, state: 'handled' }])
  const entry = { id: message.id, about: message.subject }
  expect(await service.database.query('SELECT id, about FROM entry')).toEqual([entry])
  const told = { subject: entry.id, causationid: message.id, data: { entryId: entry.id, about: entry.about } }
  expect(await publishedBy(service.database, ${event})).toMatchObject([told])
})

it('never sees what breaks the contract', async () => {
  const message = envelopeOf(${hears.exportName}, {} as never, { subject: 'broken' })
  expect(await deliver(service.app, message)).toEqual(['SUCCESS'])
  const rows = (await inboxOf(service.database)).filter((row) => row.event_id === message.id)
  expect(rows).toMatchObject([{ state: 'dead', error_code: 'MSG_CONTRACT_VIOLATED' }])
})
`
}

/** Where the handler of a new service stands: the person changes it first. */
export function handlerPath(parts: ServiceParts): string {
  return `apps/${parts.name}/src/subscriptions/${handlerOf(parts).file}.handler.ts`
}
