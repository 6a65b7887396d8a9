import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import { failSpan, logger } from '@prep/observability'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { classifyError, type ErrorMapper } from './classify-error.ts'
import { problemEnvelope } from './envelope.ts'
import { type ProblemError } from './errors.ts'
import { inRequest, noteProblem, spanOf } from './request-context.ts'

/** Answers every error as problem details inside the envelope. Faults of ours are logged with their cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #mappers: readonly ErrorMapper[]

  constructor(mappers: readonly ErrorMapper[] = []) {
    this.#mappers = mappers
  }

  catch(error: unknown, host: ArgumentsHost): void {
    // A message's failure is the inbox's business.
    if (host.getType() !== 'http') throw error
    const http = host.switchToHttp()
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.#mappers)
  }
}

/** The same, for plain Fastify routes and hooks. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, mappers: readonly ErrorMapper[] = []): void {
  const problem = classifyError(error, mappers)
  noteProblem(request, problem.code)
  if (problem.status >= 500) tell(problem, error, request)
  // An answer that has begun (a stream) cannot become a problem: cut it, so that the client notices.
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy()
    return
  }
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, 'content-type': 'application/problem+json; charset=utf-8' })
    .send(JSON.stringify(problemEnvelope(problem, request.id)))
}

/** A fault of ours with its stack; what is merely away in one short line, for there may be thousands of them. */
function tell(problem: ProblemError, error: unknown, request: FastifyRequest): void {
  const span = spanOf(request)
  if (span) failSpan(span, error)
  const what = `${request.method} ${request.routeOptions?.url ?? 'unknown route'} failed`
  inRequest(request, () => {
    if (problem.code === 'HTTP_INTERNAL') return logger().error({ err: error, code: problem.code }, what)
    logger().warn({ reason: rootOf(error), code: problem.code }, what)
  })
}

function rootOf(error: unknown): string {
  let root = error
  while (root instanceof Error && root.cause instanceof Error) root = root.cause
  return root instanceof Error ? root.message : String(root)
}
