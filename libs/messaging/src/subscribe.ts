import { Ctx, EventPattern, Payload } from '@nestjs/microservices'
import { type Contract } from '@prep/contracts'
import { type Effect, type ExternalContext, type MessageContext } from './message-context.ts'
import { type RetryPolicy } from './retry-policy.ts'

/** Which transport the handlers of @Subscribe belong to. */
export const DAPR = Symbol('dapr')

export interface SubscribeOptions {
  /**
   * `database`: the handler runs in the delivery's transaction; all it does goes through `ctx.tx`.
   * `external`: the handler talks to the outside without a transaction and returns the effect to write afterwards.
   */
  effects?: 'database' | 'external'
  retry?: RetryPolicy
  /**
   * Behind a message that failed, later ones of its key wait until it is handled or skipped, and then run by sequence. For
   * database handlers. Without it a retried message may be overtaken.
   */
  ordered?: boolean
  /**
   * The handler may be told again what it was told before, from history: it only keeps a read model, whatever order history
   * comes in. Of database handlers; default false. Only such a handler takes pages of a rebuild, and what is published
   * meanwhile is dropped.
   */
  replayable?: boolean
  /**
   * In a batch, handlers of different keys that say so run side by side in the batch's transaction, and their statements share
   * packets: cheaper under load. Row locks do not hold between them, so say it only of a handler that changes rows of its own
   * key, or others by one statement (`set n = n + 1`) without reading them first. Default as the service's settings say.
   */
  sideBySide?: boolean
  /**
   * Of commands: what becomes of one whose deadline has passed. `run` (default): the handler sees `context.deadline` and
   * answers by itself, as it must where its sender waits for a refusal. `dead`: a dead letter, MSG_DEADLINE_PASSED.
   */
  afterDeadline?: 'run' | 'dead'
}

export type DatabaseHandler<T> = (data: T, context: MessageContext<T>) => Promise<void>
export type ExternalHandler<T> = (data: T, context: ExternalContext<T>) => Promise<Effect>
export type HandlerDecorator<H> = <M extends H>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>) => void

/** What @Subscribe tells the transport. */
export interface Subscription {
  readonly contract: Contract<unknown>
  readonly effects: 'database' | 'external'
  readonly retry: RetryPolicy | undefined
  readonly afterDeadline: 'run' | 'dead'
  readonly ordered: boolean
  readonly replayable: boolean
  readonly sideBySide: boolean | undefined
}

/**
 * Makes a controller's method the handler of one contract in this service. Nest calls it with (data, context); guards,
 * interceptors, pipes and filters apply as to any microservice handler.
 */
export function Subscribe<T>(contract: Contract<T>, options?: SubscribeOptions & { effects?: 'database' }): HandlerDecorator<DatabaseHandler<T>>
export function Subscribe<T>(contract: Contract<T>, options: SubscribeOptions & { effects: 'external'; ordered?: false; replayable?: false }): HandlerDecorator<ExternalHandler<T>>
export function Subscribe(contract: Contract<unknown>, options: SubscribeOptions = {}): HandlerDecorator<never> {
  const { effects = 'database', retry, afterDeadline = 'run', ordered = false, replayable = false, sideBySide } = options
  const subscription: Subscription = { contract, effects, retry, afterDeadline, ordered, replayable, sideBySide }
  return (target, key, descriptor) => {
    // Without these two Nest hands over the data alone.
    Payload()(target, key, 0)
    Ctx()(target, key, 1)
    EventPattern(contract.type, DAPR, { subscription })(target, key, descriptor as PropertyDescriptor)
  }
}
