import { type Contract, readableVersions } from '@prep/contracts'
import { type ExternalContext, type MessageContext } from '../message-context.ts'
import { type RetryPolicy } from '../retry-policy.ts'

/** One handler of this service as the delivery sees it. */
export interface Handler {
  /** `<app>/<type without version>`: who the inbox rows belong to. */
  readonly consumer: string
  readonly contract: Contract<unknown>
  readonly effects: 'database' | 'external'
  readonly retry: RetryPolicy
  /** Later messages of a key wait behind one that failed. Of database handlers. */
  readonly ordered?: boolean
  /** It may be told again from history. Of database handlers. */
  readonly replayable?: boolean
  /** In a batch it runs beside those of other keys that do. Of database handlers. */
  readonly sideBySide?: boolean
  /** `dead`: a command that comes after its deadline is not run. */
  readonly afterDeadline?: 'run' | 'dead'
  /** Through Nest: guards, interceptors, pipes, the method, filters. Rejects with the handler's own error. */
  readonly run: (data: unknown, context: MessageContext | ExternalContext) => Promise<unknown>
}

/** `payment.captured` and 1 for `payment.captured.v1`; undefined for what is not named so. */
export function familyOf(type: string): { family: string; version: number } | undefined {
  const match = /^(.+)\.v([1-9][0-9]{0,4})$/.exec(type)
  return match ? { family: match[1] as string, version: Number(match[2]) } : undefined
}

export function consumerOf(service: string, contract: Contract<unknown>): string {
  return `${service}/${familyOf(contract.type)?.family ?? contract.type}`
}

/** The handlers of a service, by type. */
export class HandlerRegistry {
  readonly #byType = new Map<string, Handler>()
  /** Highest version that is handled, and by whom, of each family. */
  readonly #newest = new Map<string, { version: number; handler: Handler }>()

  add(handler: Handler): void {
    for (const { type } of readableVersions(handler.contract)) this.#byType.set(type, handler)
    const named = familyOf(handler.contract.type)
    if (!named) return
    const known = this.#newest.get(named.family)
    if (!known || known.version < named.version) this.#newest.set(named.family, { version: named.version, handler })
  }

  /** Whether a version of this message has a handler: one reads them all, and they share their inbox rows. */
  has(type: string): boolean {
    return this.#byType.has(type) || this.#newest.has(familyOf(type)?.family ?? type)
  }

  /** The handler that reads `type`, if need be through upcasters. */
  get(type: string): Handler | undefined {
    return this.#byType.get(type)
  }

  /** The handler of this family when `type` is a version newer than any it can read. */
  outdatedFor(type: string): Handler | undefined {
    const named = familyOf(type)
    const known = named && this.#newest.get(named.family)
    return known && named.version > known.version ? known.handler : undefined
  }

  all(): Handler[] {
    return [...new Set(this.#byType.values())]
  }
}
