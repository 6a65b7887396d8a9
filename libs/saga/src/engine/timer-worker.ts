import { logger } from '@prep/observability'
import { type Database, isUnavailable } from '@prep/persistence'
import { type Alarm } from './alarm.ts'
import { type SagaEngine } from './saga-engine.ts'

export interface TimerWorkerOptions {
  /** How often to look for timers that another process has set. Default 1000. */
  readonly pollMs?: number
  /**
   * How long after the start the first timer may fire, so that answers which arrived while nobody listened
   * have the first word. Default 3000.
   */
  readonly graceAfterStartMs?: number
}

const POSTPONE = `
  update saga_timer set failures = failures + 1, due_at = now() + least(300, 2 ^ least(failures, 9)) * interval '1 second'
  where instance_id = $1 and step = $2 and kind = $3`

/** Fires due timers, one instance a transaction. Any number of processes may run one: they pass over each other's locks. */
export class TimerWorker {
  readonly #database: Database
  readonly #engine: SagaEngine
  readonly #alarm: Alarm
  readonly #pollMs: number
  readonly #graceMs: number
  #stopping = false
  #running: Promise<void> | undefined

  constructor(database: Database, engine: SagaEngine, alarm: Alarm, { pollMs = 1_000, graceAfterStartMs = 3_000 }: TimerWorkerOptions = {}) {
    this.#database = database
    this.#engine = engine
    this.#alarm = alarm
    this.#pollMs = pollMs
    this.#graceMs = graceAfterStartMs
  }

  onApplicationBootstrap(): void {
    this.#running ??= this.#run()
  }

  /** Lets the timer that fires now finish. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping = true
    this.#alarm.ring()
    await this.#running
  }

  async #run(): Promise<void> {
    const beginMs = performance.now() + this.#graceMs
    while (!this.#stopping && performance.now() < beginMs) await this.#alarm.sleep(beginMs - performance.now())
    while (!this.#stopping) {
      await this.#fireAllDue()
      if (!this.#stopping) await this.#alarm.sleep(this.#pollMs)
    }
  }

  async #fireAllDue(): Promise<void> {
    try {
      const due = await this.#database.query('select 1 from saga_timer where due_at <= now() limit 1')
      if (due.length === 0) return
      while (!this.#stopping && (await this.#fireOne()));
    } catch (error) {
      const level = isUnavailable(error) ? 'warn' : 'error'
      logger()[level]({ err: error }, 'saga timers could not be read; they are looked for again')
    }
  }

  async #fireOne(): Promise<boolean> {
    let chosen: { instanceId: string; step: string; kind: string } | undefined
    try {
      return await this.#database.transaction(tx => this.#engine.fireNext(tx, timer => (chosen = timer)))
    } catch (error) {
      if (chosen === undefined || isUnavailable(error)) throw error
      // One timer that fails must not hold up the others: it comes back later, and later each time.
      logger().error({ err: error, saga_id: chosen.instanceId, saga_step: chosen.step }, 'a saga timer failed; it is tried again later')
      await this.#database.query(POSTPONE, [chosen.instanceId, chosen.step, chosen.kind])
      return true
    }
  }
}
