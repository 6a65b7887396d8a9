import {
  type ArgumentsHost, type CallHandler, type CanActivate, Catch, Controller, type ExceptionFilter, type ExecutionContext, type NestInterceptor,
  type PipeTransform, UseFilters, UseGuards, UseInterceptors, UsePipes,
} from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import {
  ComplianceApprovedV1, type ComplianceApprovedV1Data, ConfirmBookingV1, type ConfirmBookingV1Data, HoldSlotV1, type HoldSlotV1Data,
  ReleaseSlotV1, type ReleaseSlotV1Data,
} from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, sampleOf } from '@prep/testing'
import { EMPTY, type Observable, tap, throwError } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Effect, type Envelope, MessageContext, PermanentError, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'
import { startMessagingService } from './messaging-service.fixture.ts'

const once = { immediate: 0, delaysMs: [60_000], maxAttempts: 2 }
let trail: string[] = []

class KnownTenantOnly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { envelope } = context.switchToRpc().getContext<MessageContext>()
    return envelope.tenantid === 'default'
  }
}

class Timed implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    trail.push(`before ${context.getType()}`)
    return next.handle().pipe(tap({ complete: () => trail.push('after') }))
  }
}

class UpperCase implements PipeTransform {
  transform(value: unknown): unknown {
    return value instanceof MessageContext ? value : { ...(value as ReleaseSlotV1Data), reason: (value as ReleaseSlotV1Data).reason.toUpperCase() }
  }
}

class Late extends Error {}

@Catch(Late)
class LateIsFine implements ExceptionFilter {
  catch(): Observable<never> {
    trail.push('filtered')
    return EMPTY
  }
}

@Catch(RangeError)
class RangeIsPermanent implements ExceptionFilter {
  catch(error: RangeError, _host: ArgumentsHost): Observable<never> {
    return throwError(() => new PermanentError('OUT_OF_RANGE', error.message, { cause: error }))
  }
}

@Controller()
class Handlers {
  @Subscribe(HoldSlotV1, { retry: once })
  @UseGuards(KnownTenantOnly)
  async hold(): Promise<void> {
    trail.push('handler')
  }

  @Subscribe(ReleaseSlotV1, { retry: once })
  @UseInterceptors(Timed)
  @UsePipes(UpperCase)
  async release(data: ReleaseSlotV1Data, context: MessageContext<ReleaseSlotV1Data>): Promise<void> {
    await context.tx.query('select 1')
    trail.push(data.reason)
  }

  @UseFilters(LateIsFine, RangeIsPermanent)
  @Subscribe(ConfirmBookingV1, { retry: once })
  async confirm(_data: ConfirmBookingV1Data, context: MessageContext<ConfirmBookingV1Data>): Promise<void> {
    if (context.envelope.subject === 'late') throw new Late()
    if (context.envelope.subject === 'range') throw new RangeError('too far')
    throw new SyntaxError('as it is')
  }
}

const room = messagingRoom({ controllers: [Handlers], tables: ['inbox'] })

beforeEach(() => {
  trail = []
})

const only = async () => (await inboxOf(room.database))[0]

describe("Nest's own means apply to handlers", () => {
  it('guards: what they refuse does not run', async () => {
    const message = envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1))
    await deliver(room.app, { ...message, tenantid: 'stranger' } as Envelope<HoldSlotV1Data>)
    expect(trail).toEqual([])
    expect(await only()).toMatchObject({ state: 'retrying' })
    await deliver(room.app, envelopeOf(HoldSlotV1, sampleOf(HoldSlotV1)))
    expect(trail).toEqual(['handler'])
  })

  it('interceptors and pipes: around and before the method', async () => {
    await deliver(room.app, envelopeOf(ReleaseSlotV1, sampleOf(ReleaseSlotV1, { reason: 'declined' })))
    expect(trail).toEqual(['before rpc', 'DECLINED', 'after'])
    expect(await only()).toMatchObject({ state: 'handled' })
  })

  it('filters: one may take an error for an answer, one may turn it into another', async () => {
    await deliver(room.app, envelopeOf(ConfirmBookingV1, sampleOf(ConfirmBookingV1), { subject: 'late' }))
    expect(trail).toEqual(['filtered'])
    expect(await only()).toMatchObject({ state: 'handled' })
    await room.database.empty('inbox')
    await deliver(room.app, envelopeOf(ConfirmBookingV1, sampleOf(ConfirmBookingV1), { subject: 'range' }))
    expect(await only()).toMatchObject({ state: 'dead', error_code: 'OUT_OF_RANGE' })
  })

  it('an error that no filter takes keeps its class and message', async () => {
    await deliver(room.app, envelopeOf(ConfirmBookingV1, sampleOf(ConfirmBookingV1), { subject: 'other' }))
    const [row] = await room.database.query('select error_class, error_message from inbox')
    expect(row).toEqual({ error_class: 'SyntaxError', error_message: 'as it is' })
  })
})

describe('a service does not start', () => {
  const start = (...controllers: Array<new () => unknown>) => startMessagingService({ url: room.database.url, controllers })

  it('with two handlers of one type', async () => {
    @Controller()
    class Twice {
      @Subscribe(ComplianceApprovedV1)
      async one(_data: ComplianceApprovedV1Data): Promise<void> {}

      @Subscribe(ComplianceApprovedV1)
      async two(_data: ComplianceApprovedV1Data): Promise<void> {}
    }
    await expect(start(Twice)).rejects.toMatchObject({ code: 'MSG_HANDLER_DUPLICATE' })
  })

  it.each(['ordered', 'replayable'])('with an external handler that is declared %s, whatever the compiler was told', async option => {
    @Controller()
    class Outside {
      @Subscribe(ComplianceApprovedV1, { effects: 'external', [option]: true } as { effects: 'external' })
      async one(_data: ComplianceApprovedV1Data): Promise<Effect> {
        return () => Promise.resolve()
      }
    }
    await expect(start(Outside)).rejects.toMatchObject({ code: 'MSG_HANDLER_OPTIONS_WRONG' })
  })

  it('with a handler that has no contract', async () => {
    @Controller()
    class Loose {
      @EventPattern('anything')
      async any(_data: unknown): Promise<void> {}
    }
    await expect(start(Loose)).rejects.toMatchObject({ code: 'MSG_HANDLER_WITHOUT_CONTRACT' })
  })
})

describe("the sidecar's routes", () => {
  it('ask for the token', async () => {
    const guarded = await startMessagingService({ url: room.database.url, controllers: [Handlers], appApiToken: 'secret' })
    const get = (url: string, headers = {}) => guarded.app.inject({ method: 'GET', url, headers }).then(answer => answer.statusCode)
    expect(await get('/dapr/subscribe')).toBe(401)
    expect(await get('/dapr/subscribe', { 'dapr-api-token': 'secreT' })).toBe(401)
    expect(await get('/dapr/subscribe', { 'dapr-api-token': 'secret' })).toBe(200)
    await guarded.stop()
  })

  it('name one subscription a topic, and the own dead letter topic raw', async () => {
    const { body } = await room.app.inject({ method: 'GET', url: '/dapr/subscribe' })
    expect(JSON.parse(body)).toMatchObject([
      { pubsubname: 'pubsub-commands', topic: 'prep.booking.commands', deadLetterTopic: 'prep.booking.dead', routes: { default: '/dapr/message/pubsub-commands/prep.booking.commands' } },
      { pubsubname: 'pubsub-dead', topic: 'prep.booking.dead', metadata: { rawPayload: 'true' }, bulkSubscribe: { enabled: true } },
    ])
  })

  it('take a message that comes by itself, and find its place in the headers when it cannot be read', async () => {
    const post = (payload: string) => room.app.inject({
      method: 'POST', url: '/dapr/message/pubsub-commands/prep.booking.commands', payload,
      headers: { 'content-type': 'application/cloudevents+json', __topic: 'prep.booking.commands', __partition: '3', __offset: '77' },
    })
    expect(JSON.parse((await post('{"type":"nobody.knows.v1"}')).body)).toEqual({ status: 'SUCCESS' })
    expect(JSON.parse((await post('{')).body)).toEqual({ status: 'SUCCESS' })
    const rows = await room.database.query<{ error_code: string; error_message: string }>(`select error_code, error_message from inbox where consumer = 'booking/raw'`)
    expect(rows).toMatchObject([{ error_code: 'MSG_NOT_JSON', error_message: expect.stringContaining('prep.booking.commands/3/77') as string }])
  })

  it('answer 500 to what is no bulk of the sidecar, and take keys that try to reach a prototype', async () => {
    const post = (payload: string) => room.app.inject({ method: 'POST', url: '/dapr/messages/pubsub-commands/prep.booking.commands', payload, headers: { 'content-type': 'application/json' } })
    expect((await post('{')).statusCode).toBe(500)
    expect((await post('{"entries":[{}]}')).statusCode).toBe(500)
    const answer = await post('{"entries":[{"entryId":"1","event":{"__proto__":{"a":1},"type":"x"}}]}')
    expect(JSON.parse(answer.body)).toEqual({ statuses: [{ entryId: '1', status: 'SUCCESS' }] })
  })
})
