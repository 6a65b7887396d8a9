import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { map, type Observable } from 'rxjs'
import { Answer, envelopeOf } from './envelope.ts'

const WITHOUT_ENVELOPE = 'prep:without-envelope'

/** For routes that write their own answer: streams, probes, metrics. */
export const WithoutEnvelope = () => SetMetadata(WITHOUT_ENVELOPE, true)

/** Puts what an HTTP route returns into the envelope. Messages and routes marked `@WithoutEnvelope` pass as they are. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http' || isBare(context)) return next.handle()
    const http = context.switchToHttp()
    const request = http.getRequest<FastifyRequest>()
    const reply = http.getResponse<FastifyReply>()
    return next.handle().pipe(map(result => (reply.sent ? undefined : answer(result, request, reply))))
  }
}

function isBare(context: ExecutionContext): boolean {
  return Reflect.getMetadata(WITHOUT_ENVELOPE, context.getHandler()) === true || Reflect.getMetadata(WITHOUT_ENVELOPE, context.getClass()) === true
}

function answer(result: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  if (!(result instanceof Answer)) return envelopeOf(result, request.id)
  reply.status(result.status).headers(result.headers)
  return envelopeOf(result.data, request.id)
}
