import { Body, Controller, Get, type INestApplication, Inject, Injectable, Module, Param, Post, Query, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { currentContext } from '@prep/observability'
import type { FastifyInstance, FastifyReply } from 'fastify'
import {
  accepted, configureHttp, httpAdapter, httpError, type HttpOptions, IdempotencyKey, JsonBody, JsonQuery, Page, PAGE_PARAMETERS, ProblemError,
  resourceUnknown, ResourceId, WithoutEnvelope,
} from './index.ts'

const PAN = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'size'],
  properties: {
    name: { type: 'string', minLength: 1 },
    size: { type: 'integer', minimum: 1 },
    bought_at: { type: 'string', format: 'date-time' },
    owner: { type: 'object', additionalProperties: false, required: ['email'], properties: { email: { type: 'string', format: 'email' } } },
  },
}

@Injectable()
class Clock {
  readonly word = 'now'
}

@Controller('pans')
class PansController {
  readonly #clock: Clock

  constructor(@Inject(Clock) clock: Clock) {
    this.#clock = clock
  }

  @Get()
  list(@Query(JsonQuery({ type: 'object', additionalProperties: false, properties: { ...PAGE_PARAMETERS, hot: { type: 'boolean' } } })) query: { limit: number; hot?: boolean }) {
    return new Page([{ id: 1, hot: query.hot, at: this.#clock.word }], 'next', query.limit)
  }

  @Post()
  async add(@Body(JsonBody(PAN)) body: { name: string }) {
    await new Promise(setImmediate)
    return accepted({ ...body, context: currentContext() }, `/pans/${body.name}`)
  }

  @Post('once')
  once(@IdempotencyKey() key: string) {
    return { key }
  }

  @Get('raw')
  @WithoutEnvelope()
  raw(@Res() reply: FastifyReply) {
    void reply.type('text/plain').send('raw')
  }

  @Get('broken')
  broken() {
    throw Object.assign(new Error('password is hunter2'), { code: 'XX000' })
  }

  @Get('away')
  away() {
    throw new Error('database away')
  }

  @Get('refused')
  refused() {
    throw new ProblemError({ status: 422, code: 'PAN_TOO_HOT', title: 'The pan is too hot', detail: 'Wait.', errors: [{ pointer: '/heat', code: 'hot', detail: 'is 300' }] })
  }

  @Get(':id')
  one(@Param('id', ResourceId('pan')) id: string) {
    throw resourceUnknown('pan', id)
  }
}

@Module({ controllers: [PansController], providers: [Clock] })
class PansModule {}

/** A small service behind the whole HTTP edge, to be called with `inject`. */
export async function pansApp(options: HttpOptions = {}): Promise<{ app: INestApplication; fastify: FastifyInstance }> {
  const app = await NestFactory.create(PansModule, httpAdapter(), { bodyParser: false, logger: false })
  configureHttp(app, {
    errorMappers: [error => ((error as Error).message === 'database away' ? httpError('HTTP_UNAVAILABLE', 'Try again.', { headers: { 'retry-after': '1' } }) : undefined)],
    ...options,
  })
  await app.init()
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance
  await fastify.ready()
  return { app, fastify }
}
