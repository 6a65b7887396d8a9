import { type PoolClient } from 'pg'
import type { DataSource, DataSourceOptions, EntityManager, QueryRunner } from 'typeorm'

/** What TypeORM keeps private, and a runner over a connection that is already open needs. */
interface OpenRunner {
  databaseConnection: PoolClient
  isTransactionActive: boolean
  transactionDepth: number
  isReleased: boolean
}

/** TypeORM for those who ask for it, over connections that are open already. Loaded with the first of them: it takes 40 MB. */
export class Orm {
  readonly #options: DataSourceOptions
  #source: Promise<DataSource> | undefined

  constructor(options: { url: string; service: string; entities: DataSourceOptions['entities'] }) {
    const { url, service, entities = [] } = options
    this.#options = { type: 'postgres', url, applicationName: `${service} orm`, poolSize: 1, entities, synchronize: false, logging: false }
  }

  /** A manager on the transaction that this connection is in, and how to end it. */
  async on(client: PoolClient): Promise<{ manager: EntityManager; end: () => void }> {
    const runner = (await (this.#source ??= this.#open())).createQueryRunner()
    Object.assign(runner as unknown as OpenRunner, { databaseConnection: client, isTransactionActive: true, transactionDepth: 1 })
    return { manager: runner.manager, end: () => endRunner(runner) }
  }

  async close(): Promise<void> {
    await (await this.#source?.catch(() => undefined))?.destroy()
  }

  async #open(): Promise<DataSource> {
    const { DataSource } = await import('typeorm')
    return new DataSource(this.#options).initialize()
  }
}

function endRunner(runner: QueryRunner): void {
  ;(runner as unknown as OpenRunner).isReleased = true
}
