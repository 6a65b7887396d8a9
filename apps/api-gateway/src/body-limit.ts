import { Transform } from 'node:stream'
import { BODY_LIMIT, httpError } from '@prep/http'
import type { preParsingHookHandler } from 'fastify'

const tooLarge = () => httpError('HTTP_BODY_TOO_LARGE', 'The body is larger than 1 MiB.')

/**
 * Bodies go through as streams, so Fastify's own limit never sees them: refuse by Content-Length at once, and cut a
 * body of unknown length when it goes over.
 */
export const limitBody: preParsingHookHandler = (request, _reply, payload, done) => {
  const length = request.headers['content-length']
  if (length !== undefined) return Number(length) > BODY_LIMIT ? done(tooLarge()) : done(null, payload)
  if (request.headers['transfer-encoding'] === undefined) return done(null, payload)
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length
      if (bytes > BODY_LIMIT) next(tooLarge())
      else next(null, chunk)
    },
  })
  payload.once('error', error => counted.destroy(error))
  done(null, payload.pipe(counted))
}
