import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'
import { consumerOf, type HandlerRegistry } from '../delivery/handler.ts'
import { MessagingError } from '../errors.ts'
import { type MessagingSettings } from '../settings.ts'
import { DAPR, type Subscription } from '../subscribe.ts'

/**
 * Nest's side of messaging: collects the handlers that @Subscribe declares, wrapped in Nest's guards, interceptors, pipes
 * and filters. Deliveries come in over HTTP and are the Subscriber's business; there is nothing to listen to here.
 */
export class DaprTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = DAPR
  /** Errors of handlers are ours to record: Nest need not log them. */
  override readonly propagatesEventHandlerErrors = true
  readonly #handlers: HandlerRegistry
  readonly #settings: MessagingSettings

  readonly #start: () => Promise<void>

  /** @param start begins relay and workers, once all handlers are known */
  constructor(handlers: HandlerRegistry, settings: MessagingSettings, start: () => Promise<void>) {
    super()
    this.#start = start
    this.#handlers = handlers
    this.#settings = settings
  }

  /** @throws MessagingError MSG_HANDLER_DUPLICATE, MSG_HANDLER_WITHOUT_CONTRACT, MSG_HANDLER_OPTIONS_WRONG: the service does not start */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const subscription = extras['subscription'] as Subscription | undefined
    if (!subscription) throw new MessagingError('MSG_HANDLER_WITHOUT_CONTRACT', { detail: JSON.stringify(pattern) })
    const { contract, effects, retry, afterDeadline, ordered, replayable, sideBySide } = subscription
    if (effects === 'external' && (ordered || replayable)) throw new MessagingError('MSG_HANDLER_OPTIONS_WRONG', { detail: contract.type })
    if (this.#handlers.has(contract.type)) throw new MessagingError('MSG_HANDLER_DUPLICATE', { detail: contract.type })
    super.addHandler(pattern, callback, isEventHandler, extras)
    this.#handlers.add({
      consumer: consumerOf(this.#settings.service, contract),
      contract,
      effects,
      retry: retry ?? this.#settings.retry,
      afterDeadline,
      ordered,
      replayable,
      sideBySide: sideBySide ?? this.#settings.sideBySide,
      run: async (data, context) => {
        const result: unknown = await callback(data, context)
        return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result
      },
    })
  }

  override listen(callback: (error?: unknown) => void): void {
    this.#start().then(() => callback(), callback)
  }

  override close(): void {
    // Ends with the application: see MessagingRuntime.
  }

  override on(): never {
    throw new Error('The Dapr transport has no connection of its own and therefore no events.')
  }

  override unwrap<T>(): T {
    return this.#handlers as T
  }
}
