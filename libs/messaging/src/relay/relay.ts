import { randomUUID } from 'node:crypto'
import { type Database } from '@prep/persistence'
import { SHARDS } from '../outbox/shard-of.ts'
import { DaprPublisher } from './dapr-publisher.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { OutboxStore } from './outbox-store.ts'
import { ShardRelay } from './shard-relay.ts'

const POLL_MS = 200

export interface RelayOptions {
  service: string
  daprHttpPort: number
  daprApiToken: string | undefined
  leaseMs: number
}

/**
 * Takes committed messages from the outbox to the broker, in order per key. Woken in process after each commit, with a
 * poll under it for what another process committed.
 */
export class Relay {
  readonly #store: OutboxStore
  readonly #publisher: DaprPublisher
  readonly #leases: LeaseKeeper
  readonly #shards: ShardRelay[]
  #poll: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #started = false

  constructor(database: Database, options: RelayOptions) {
    // Under half the lease, so that a publish begun by one owner has ended before the next one begins.
    const publishTimeoutMs = Math.floor(options.leaseMs * 0.45)
    this.#store = new OutboxStore(database)
    this.#publisher = new DaprPublisher({ port: options.daprHttpPort, token: options.daprApiToken, timeoutMs: publishTimeoutMs })
    this.#leases = new LeaseKeeper({
      store: this.#store,
      owner: `${options.service}/${randomUUID()}`,
      leaseMs: options.leaseMs,
      publishTimeoutMs,
      onGained: shards => this.wake(new Set(shards)),
    })
    this.#shards = Array.from({ length: SHARDS }, (_, shard) => new ShardRelay(shard, this.#store, this.#leases, this.#publisher.publishBulk))
  }

  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    await this.#leases.start()
    this.#schedulePoll()
  }

  /** Something was committed in these shards. */
  wake(shards: ReadonlySet<number>): void {
    if (!this.#started) return
    for (const shard of shards) this.#shards[shard]?.wake()
  }

  /** Sends until nothing is left or the time is over. True when nothing is left of what this process may send. */
  async flush(timeoutMs: number): Promise<boolean> {
    const until = performance.now() + timeoutMs
    while (this.#started) {
      const pending = await this.#store.pendingShards(this.#leases.shards)
      if (pending.length === 0) return true
      this.wake(new Set(pending))
      const left = until - performance.now()
      if (left <= 0) return false
      await Promise.race([Promise.all(this.#shards.map(shard => shard.idle())), sleep(left)])
      await sleep(10)
    }
    return true
  }

  /** Gives the shards back, so that another process goes on at once. */
  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    clearTimeout(this.#poll)
    await this.#polling
    await Promise.all(this.#shards.map(shard => shard.stop().catch(() => undefined)))
    await this.#leases.stop()
    this.#publisher.close()
  }

  #schedulePoll(): void {
    if (!this.#started) return
    this.#poll = setTimeout(() => {
      this.#polling = this.#store
        .pendingShards(this.#leases.shards)
        .then(shards => this.wake(new Set(shards)))
        .catch(() => undefined)
        .finally(() => this.#schedulePoll())
    }, POLL_MS)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}
