import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceProcess } from './service-process.ts'

/** A service that no longer answers is hung: killed as an orchestrator's liveness probe would. */
const LIVENESS_MS = 1_000
const FAILURES = 3

/** A service under an orchestrator: started again whenever it ends, killed when it hangs. */
export class KeptAlive {
  /** Ends that nobody asked for. */
  deaths = 0
  readonly #settings: Record<string, string>
  #process: ServiceProcess
  #stopping = false
  readonly #over: Promise<void>

  private constructor(settings: Record<string, string>, first: ServiceProcess) {
    this.#settings = settings
    this.#process = first
    this.#over = this.#keep()
  }

  static async start(settings: Record<string, string>): Promise<KeptAlive> {
    return new KeptAlive(settings, await ServiceProcess.start(settings))
  }

  /** From outside; it is started again. */
  async kill(): Promise<void> {
    await this.#process.kill()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#process.stop()
    await this.#over
  }

  async #keep(): Promise<void> {
    while (!this.#stopping) {
      await Promise.race([this.#process.ended, this.#watch(this.#process)])
      if (this.#stopping) return
      this.deaths++
      // It may die again on its way up.
      while (!this.#stopping && this.#process.hasEnded) this.#process = await ServiceProcess.start(this.#settings).catch(() => this.#died())
    }
  }

  #died(): ServiceProcess {
    this.deaths++
    return this.#process
  }

  async #watch(process: ServiceProcess): Promise<void> {
    for (let failures = 0; failures < FAILURES && !process.hasEnded;) {
      await sleep(LIVENESS_MS)
      const isAlive = await fetch(`${process.url}/health/live`, { signal: AbortSignal.timeout(LIVENESS_MS) }).then(({ ok }) => ok, () => false)
      failures = isAlive ? 0 : failures + 1
    }
    await process.kill()
  }
}
