import { AsyncResource } from 'node:async_hooks'
import { isUnavailable } from './error-classes.ts'
import { type Database, type TransactionOptions } from './database.ts'
import { type Tx } from './tx.ts'

/** At most so many pieces of work share a transaction. */
const MOST = 20

interface Piece {
  readonly key: string
  readonly work: (tx: Tx) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Runs small pieces of work that come close together in one transaction: what arrives while one is under way goes into the
 * next, so that work that comes alone does not wait. Pieces of different keys run side by side, those of one key one after the
 * other, as if each had its own transaction. When one fails, all are rolled back and each is run again by itself: work must
 * stand being run twice.
 */
export class TransactionGroups {
  readonly #database: Database
  readonly #options: TransactionOptions
  #waiting: Piece[] = []
  #working = false

  constructor(database: Database, options: TransactionOptions = {}) {
    this.#database = database
    this.#options = options
  }

  /**
   * As `Database.transaction`, together with others.
   * @param key of what the work locks and changes: work of different keys must not want the same rows
   */
  run<T>(key: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ key, work: AsyncResource.bind(work), resolve: resolve as Piece['resolve'], reject })
      if (this.#working) return
      this.#working = true
      // What comes in the same turn of the event loop comes along.
      setImmediate(() => void this.#workOff())
    })
  }

  async #workOff(): Promise<void> {
    while (this.#waiting.length > 0) {
      const pieces = this.#waiting.splice(0, MOST)
      if (pieces.length === 1 || !(await this.#together(pieces))) await Promise.all(pieces.map(piece => this.#alone(piece)))
    }
    this.#working = false
  }

  /** False when nothing was done. */
  async #together(pieces: readonly Piece[]): Promise<boolean> {
    try {
      const results = await this.#database.transaction(tx => sideBySide(tx, pieces), this.#options)
      for (const piece of pieces) piece.resolve(results.get(piece))
      return true
    } catch (error) {
      if (!isUnavailable(error)) return false
      for (const piece of pieces) piece.reject(error)
      return true
    }
  }

  #alone({ work, resolve, reject }: Piece): Promise<void> {
    return this.#database.transaction(work, this.#options).then(resolve, reject)
  }
}

async function sideBySide(tx: Tx, pieces: readonly Piece[]): Promise<Map<Piece, unknown>> {
  const results = new Map<Piece, unknown>()
  await allEnded([...Map.groupBy(pieces, ({ key }) => key).values()].map(async ofKey => {
    for (const piece of ofKey) results.set(piece, await piece.work(tx))
  }))
  return results
}

/** Resolves, or rejects with the first error in their order, when all have ended: none may go on in a transaction that is over. */
export async function allEnded(runs: ReadonlyArray<Promise<unknown>>): Promise<void> {
  const failed = (await Promise.allSettled(runs)).find(run => run.status === 'rejected')
  if (failed) throw failed.reason
}
