import type { CatalogueEntry } from '../contracts/catalogue.ts'

export interface HandlerParts {
  readonly service: string
  readonly contract: CatalogueEntry
  readonly isExternal: boolean
  /** `OnBookingRequested` */
  readonly className: string
  /** `on-booking-requested` */
  readonly file: string
  /** `NotificationModule` */
  readonly moduleClass: string
}

/** The handler: it notes that it ran, until it has something better to do. */
export function handlerSource({ service, contract, isExternal, className }: HandlerParts): string {
  const { exportName, schema, type } = contract
  const [imports, effects, context, result] = isExternal
    ? ['type Effect, type ExternalContext, Subscribe', ", { effects: 'external' }", 'ExternalContext', 'Effect']
    : ['type MessageContext, Subscribe', '', 'MessageContext', 'void']
  return `import { Controller } from '@nestjs/common'
import { ${exportName}, type ${exportName}Data } from '@prep/contracts'
import { ${imports} } from '@prep/messaging'
import { logger } from '@prep/observability'

/** ${service} hears: ${String(schema.description)} */
@Controller()
export class ${className} {
  @Subscribe(${exportName}${effects})
  async handle(_data: ${exportName}Data, { envelope }: ${context}<${exportName}Data>): Promise<${result}> {
    logger().info({ subject: envelope.subject }, 'heard ${type}')
${isExternal ? '    return async () => undefined\n' : ''}  }
}
`
}

/** The test: it fails until the handler runs here, is part of the service, and refuses what breaks the contract. */
export function handlerTestSource({ service, contract, className, file, moduleClass }: HandlerParts): string {
  const { exportName, family, type } = contract
  return `import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { ${exportName} } from '@prep/contracts'
import { MessagingModule, messagingMigrations } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { deliver, envelopeOf, eventually, inboxOf, sampleOf, startTestService, type TestService } from '@prep/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ${moduleClass} } from '../${service}.module.ts'
import { ${className} } from './${file}.handler.ts'

/** The handler by itself: give it the providers that it needs. */
@Module({
  imports: [PersistenceModule.forRoot({ service: '${service}' }), MessagingModule.forRoot({ service: '${service}' })],
  controllers: [${className}],
})
class OnlyTheHandler {}

let running: TestService

beforeAll(async () => {
  running = await startTestService({ name: '${service}', module: async () => OnlyTheHandler, migrations: async () => messagingMigrations })
})
afterAll(() => running?.stop())

it('handles ${type} once, however often it comes', async () => {
  const message = envelopeOf(${exportName}, sampleOf(${exportName}))
  expect(await deliver(running.app, [message, message])).toEqual(['SUCCESS', 'SUCCESS'])
  expect(await deliver(running.app, message)).toEqual(['SUCCESS'])
  await eventually(async () => expect(await inboxOf(running.database)).toMatchObject([{ consumer: '${service}/${family}', event_id: message.id, state: 'handled' }]))
})

it('never sees what breaks the contract', async () => {
  const message = envelopeOf(${exportName}, {} as never, { subject: 'broken' })
  expect(await deliver(running.app, message)).toEqual(['SUCCESS'])
  const rows = (await inboxOf(running.database)).filter((row) => row.event_id === message.id)
  expect(rows).toMatchObject([{ state: 'dead', error_code: 'MSG_CONTRACT_VIOLATED' }])
})

it('is part of the service', () => {
  expect(Reflect.getMetadata('controllers', ${moduleClass})).toContain(${className})
})
`
}
