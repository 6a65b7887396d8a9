import { logger } from '@prep/observability'
import { type Database, type Tx } from '@prep/persistence'
import { v7 } from 'uuid'
import { crashAroundCommit } from '../crash-point.ts'
import { messagingErrorCodes, PermanentError } from '../errors.ts'
import { type MessageContext } from '../message-context.ts'
import { withoutPublishing } from '../outbox/without-publishing.ts'

/** What a rebuild wants of its source: the page after a position, null for the first. Positions are the source's own. */
export interface PageRequest {
  readonly rebuildId: string
  readonly after: string | null
}

/** One page of a source. `next`: the position to ask for then; null when this was the last. */
export interface Page<T> extends PageRequest {
  readonly next: string | null
  readonly items: readonly T[]
}

export interface ProjectionDefinition<T> {
  /** Within the service: `kitchens`. */
  readonly name: string
  /**
   * Writes one item into a generation, unless that has a newer version of it already: pages and live messages come in any
   * order. It publishes nothing; what it publishes while a page is written is dropped.
   */
  readonly write: (tx: Tx, generation: number, item: T) => Promise<void>
  /** Removes a generation that nobody reads any more, or what an earlier rebuild left. */
  readonly clear: (tx: Tx, generation: number) => Promise<void>
  /** Asks, within the transaction, for a page, which is to come to `takePage` in another one. */
  readonly request: (tx: Tx, request: PageRequest) => Promise<void>
}

export type PageContext = Pick<MessageContext, 'tx' | 'replayable' | 'envelope'>

interface Row {
  live: number
  building: number | null
  rebuild_id: string | null
  position: string | null
}

const ENSURE = 'insert into projection (name) values ($1) on conflict do nothing'
const COLUMNS = 'select live, building, rebuild_id, position from projection where name = $1'

/**
 * A read model that is kept by messages and can be built anew beside the live one (CQRS). Its rows carry a generation:
 * readers see the live one (`liveGeneration`), a rebuild fills the next, live messages go into both, and the swap is one
 * update. Every page and the request for the next one commit together, so that a rebuild survives the death of any process.
 */
export class Projection<T> {
  readonly #database: Database
  readonly #definition: ProjectionDefinition<T>

  constructor(database: Database, definition: ProjectionDefinition<T>) {
    this.#database = database
    this.#definition = definition
  }

  get name(): string {
    return this.#definition.name
  }

  /** A live message. Keeps a swap waiting until its transaction is over. */
  async apply(tx: Tx, item: T): Promise<void> {
    const { live, building } = await this.#row(tx, 'for share')
    await this.#definition.write(tx, live, item)
    if (building !== null) await this.#definition.write(tx, building, item)
  }

  /** Begins a rebuild, or goes on with the one that is under way from its position. @returns the rebuild's id */
  async rebuild(tx: Tx, operator: string): Promise<string> {
    crashAroundCommit(tx, 'rebuild')
    const row = await this.#row(tx, 'for update')
    if (row.rebuild_id !== null) {
      await this.#definition.request(tx, { rebuildId: row.rebuild_id, after: row.position })
      return row.rebuild_id
    }
    const rebuildId = v7()
    await this.#definition.clear(tx, row.live + 1)
    await tx.execute(
      `update projection set building = live + 1, rebuild_id = $2::uuid, position = null, items = 0, operator = $3, started_at = clock_timestamp()
       where name = $1`,
      [this.name, rebuildId, operator],
    )
    await this.#definition.request(tx, { rebuildId, after: null })
    return rebuildId
  }

  /**
   * Takes a page that was asked for; any other one (a second copy, of a rebuild that is over) changes nothing.
   * @param context of a handler that was declared `replayable`
   * @throws PermanentError MSG_HANDLER_NOT_REPLAYABLE
   */
  async takePage({ tx, replayable, envelope }: PageContext, page: Page<T>): Promise<void> {
    if (!replayable) throw new PermanentError('MSG_HANDLER_NOT_REPLAYABLE', `${messagingErrorCodes.MSG_HANDLER_NOT_REPLAYABLE} (${envelope.type})`)
    const { live, building, rebuild_id: rebuildId, position } = await this.#row(tx, 'for update')
    if (building === null || rebuildId !== page.rebuildId || position !== page.after) {
      logger().info({ projection: this.name, rebuild_id: page.rebuildId, after: page.after }, 'A page that nobody waits for')
      return
    }
    await withoutPublishing(async () => {
      for (const item of page.items) await this.#definition.write(tx, building, item)
    })
    crashAroundCommit(tx, page.next === null ? 'swap' : 'page')
    if (page.next === null) return this.#swap(tx, live, page.items.length)
    await tx.execute('update projection set position = $2, items = items + $3::integer where name = $1', [this.name, page.next, page.items.length])
    await this.#definition.request(tx, { rebuildId: page.rebuildId, after: page.next })
  }

  /** In the transaction of the last page: readers see the old generation until it commits, and the new one after it. */
  async #swap(tx: Tx, old: number, items: number): Promise<void> {
    await tx.execute(
      `update projection set live = building, building = null, rebuild_id = null, position = null, items = items + $2::integer,
       swapped_at = clock_timestamp() where name = $1`,
      [this.name, items],
    )
    await this.#definition.clear(tx, old)
    tx.onCommit(() => logger().info({ projection: this.name, generation: old + 1 }, 'The projection was rebuilt'))
  }

  async #row(tx: Tx, lock: 'for share' | 'for update'): Promise<Row> {
    const find = async () => (await tx.query<Row>(`${COLUMNS} ${lock}`, [this.name]))[0]
    const row = await find()
    if (row) return row
    // On a connection of its own: two first messages must not wait for each other's transactions.
    await this.#database.execute(ENSURE, [this.name])
    return (await find()) as Row
  }
}

/** For the SQL of readers: `where generation = ${liveGeneration('kitchens')} and id = $1`. Before the first message it is 1. */
export function liveGeneration(projection: string): string {
  return `coalesce((select live from projection where name = '${projection.replaceAll("'", "''")}'), 1)`
}
