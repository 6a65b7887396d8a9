import { logger } from '@prep/observability'
import { type Lease, type OutboxStore } from './outbox-store.ts'

/**
 * Holds this process's shards of the outbox. A lease counts until its end on the database's clock minus one publish
 * time-out, reckoned from before the renewal was sent: a bulk begun under a lease has ended before another may start.
 */
export class LeaseKeeper {
  readonly #store: OutboxStore
  readonly #owner: string
  readonly #leaseMs: number
  readonly #publishTimeoutMs: number
  readonly #onChange: (changed: ReadonlySet<number>) => void
  #leases = new Map<number, Lease>()
  #safeUntil = 0
  #timer: NodeJS.Timeout | undefined
  #renewing: Promise<void> | undefined
  #stopped = false

  constructor(options: { store: OutboxStore; owner: string; leaseMs: number; publishTimeoutMs: number; onChange: (changed: ReadonlySet<number>) => void }) {
    this.#store = options.store
    this.#owner = options.owner
    this.#leaseMs = options.leaseMs
    this.#publishTimeoutMs = options.publishTimeoutMs
    this.#onChange = options.onChange
  }

  /** Starts holding; the first try has ended when this resolves, also when it failed. */
  async start(): Promise<void> {
    await this.#renew()
  }

  /** The leases under which a bulk may be begun now. */
  get held(): Lease[] {
    return this.isSafe ? [...this.#leases.values()] : []
  }

  holds(shard: number): boolean {
    return this.isSafe && this.#leases.has(shard)
  }

  get isSafe(): boolean {
    return performance.now() < this.#safeUntil && this.#leases.size > 0
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#renewing
    this.#leases.clear()
    await this.#store.release(this.#owner).catch(() => undefined)
  }

  #renew(): Promise<void> {
    return (this.#renewing = this.#acquire().finally(() => {
      this.#renewing = undefined
      if (!this.#stopped) this.#timer = setTimeout(() => void this.#renew(), this.#leaseMs / 4)
    }))
  }

  async #acquire(): Promise<void> {
    const askedAt = performance.now()
    try {
      const leases = await this.#store.acquire(this.#owner, this.#leaseMs)
      const before = this.#leases
      this.#leases = new Map(leases.map(lease => [lease.shard, lease]))
      this.#safeUntil = askedAt + this.#leaseMs - this.#publishTimeoutMs
      const shards = new Set([...before.keys(), ...this.#leases.keys()])
      const changed = [...shards].filter(shard => before.get(shard)?.epoch !== this.#leases.get(shard)?.epoch)
      if (changed.length > 0) this.#onChange(new Set(changed))
    } catch (error) {
      if (this.isSafe) logger().warn({ err: error }, 'The leases of the outbox could not be renewed')
    }
  }
}
