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
  readonly #onGained: (shards: number[]) => void
  #leases = new Map<number, Lease>()
  #safeUntil = 0
  #timer: NodeJS.Timeout | undefined
  #renewing: Promise<void> | undefined
  #stopped = false

  constructor(options: { store: OutboxStore; owner: string; leaseMs: number; publishTimeoutMs: number; onGained: (shards: number[]) => void }) {
    this.#store = options.store
    this.#owner = options.owner
    this.#leaseMs = options.leaseMs
    this.#publishTimeoutMs = options.publishTimeoutMs
    this.#onGained = options.onGained
  }

  /** Starts holding; the first try has ended when this resolves, also when it failed. */
  async start(): Promise<void> {
    await this.#renew()
  }

  /** The lease under which a bulk may be begun now. */
  leaseOf(shard: number): Lease | undefined {
    return performance.now() < this.#safeUntil ? this.#leases.get(shard) : undefined
  }

  get shards(): number[] {
    return performance.now() < this.#safeUntil ? [...this.#leases.keys()] : []
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
      const gained = leases.filter(lease => this.#leases.get(lease.shard)?.epoch !== lease.epoch).map(lease => lease.shard)
      this.#leases = new Map(leases.map(lease => [lease.shard, lease]))
      this.#safeUntil = askedAt + this.#leaseMs - this.#publishTimeoutMs
      if (gained.length > 0) this.#onGained(gained)
    } catch (error) {
      if (this.shards.length > 0) logger().warn({ err: error }, 'The leases of the outbox could not be renewed')
    }
  }
}
