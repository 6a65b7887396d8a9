import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient, Form, OnChange, Resource } from './api-client.ts'

/** Watches a collection until the signal, also before its kind is served; what is there is told again after a break. */
export async function follow<T extends Resource>(api: ApiClient, path: string, onChange: OnChange<T>, signal: AbortSignal, form?: Form): Promise<void> {
  while (!signal.aborted) {
    await api.watch<T>(path, onChange, signal, form)
    await delay(200, undefined, { signal }).catch(() => undefined)
  }
}
