import { AsyncLocalStorage } from 'node:async_hooks'

/** What the code that runs now is part of. Follows every await, timer and promise started inside `runInContext`. */
export interface ExecutionContext {
  /** Groups everything that one request of a client set in motion, through all services. */
  correlationId: string
  /** Id of the message that caused what is done now. */
  causationId?: string
  /** Id of the HTTP request, as answered in `X-Request-Id`. */
  requestId?: string
  tenantId?: string
  /** Step of the saga whose command is being handled. */
  sagaStep?: string
  /** Id of the message being handled. */
  messageId?: string
}

const storage = new AsyncLocalStorage<ExecutionContext>()

/** Runs `fn` with `context` as the current one; returns what `fn` returns. */
export function runInContext<T>(context: ExecutionContext, fn: () => T): T {
  return storage.run(context, fn)
}

/** The context of the running code, or undefined outside of any (start, timers of the process). */
export function currentContext(): ExecutionContext | undefined {
  return storage.getStore()
}
