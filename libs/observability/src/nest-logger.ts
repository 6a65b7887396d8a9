import type { LoggerService } from '@nestjs/common'
import type { Logger } from 'pino'

/**
 * Nest's own lines through the same pino. Thin instead of nestjs-pino on purpose: that package brings pino-http, a
 * middleware, a child logger and a second AsyncLocalStorage for each request; our mixin already knows the request.
 */
export class NestLogger implements LoggerService {
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  log(message: unknown, ...rest: unknown[]): void {
    // Nest tells of every route and module at start: of use when looking for a wiring fault, noise otherwise.
    this.#write('debug', message, rest)
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest)
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Why the app could not be made, which is thrown as well: whoever starts it says so once.
    if (rest.at(-1) === 'ExceptionHandler') return this.#write('debug', message, rest)
    this.#write('error', message, rest)
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest)
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest)
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest)
  }

  /** Nest passes (message, ...values, stack?, context): strings are the context, errors the reason. */
  #write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    if (!this.#log.isLevelEnabled(level)) return
    const fields: Record<string, unknown> = {}
    const error = [message, ...rest].find(value => value instanceof Error)
    if (error) fields['err'] = error
    const words = rest.filter((value): value is string => typeof value === 'string')
    const context = words.at(-1)
    if (context !== undefined) fields['context'] = context
    if (words.length > 1) fields['stack'] = words[0]
    this.#log[level](fields, message instanceof Error ? message.message : textOf(message))
  }
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message)
}
