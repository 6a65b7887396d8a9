import { AsyncLocalStorage } from 'node:async_hooks'

const silent = new AsyncLocalStorage<true>()

/** Runs `fn`, of whose messages none gets into the outbox: what is told a second time must not be passed on a second time. */
export function withoutPublishing<T>(fn: () => Promise<T>): Promise<T> {
  return silent.run(true, fn)
}

export function mayPublish(): boolean {
  return silent.getStore() !== true
}
