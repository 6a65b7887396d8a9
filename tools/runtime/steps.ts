import { interrupted } from './errors.ts'

/** What a start tells whoever watches it. */
export interface StepEvent {
  readonly id: string
  readonly title: string
  /** interrupted: ended because another step failed, or by whoever watches. */
  readonly state: 'started' | 'progress' | 'done' | 'failed' | 'interrupted'
  /** What is going on, or what came of it. */
  readonly detail?: string
  readonly elapsedMs: number
}

export type OnStep = (event: StepEvent) => void

/** Runs work as steps that can be watched and interrupted. The first that fails interrupts the others. */
export class Steps {
  readonly #onStep: OnStep
  readonly #failing = new AbortController()
  readonly signal: AbortSignal
  /** What failed first; the interruptions that follow from it are no news. */
  failure: unknown

  constructor(onStep: OnStep = () => {}, signal?: AbortSignal) {
    this.#onStep = onStep
    this.signal = signal === undefined ? this.#failing.signal : AbortSignal.any([signal, this.#failing.signal])
  }

  /** The work may return what came of it, in a few words. */
  async run(id: string, title: string, work: (progress: Progress) => Promise<string | void>): Promise<void> {
    if (this.signal.aborted) throw interrupted()
    const begun = performance.now()
    const tell = (state: StepEvent['state'], detail?: string): void =>
      this.#onStep({ id, title, state, elapsedMs: Math.round(performance.now() - begun), ...(detail === undefined ? {} : { detail }) })
    tell('started')
    try {
      const outcome = await work((detail) => tell('progress', detail))
      tell('done', outcome ?? undefined)
    } catch (error) {
      const isNews = !this.signal.aborted
      this.failure ??= error
      this.#failing.abort()
      tell(isNews ? 'failed' : 'interrupted', (error as Error).message)
      throw error
    }
  }
}

export type Progress = (detail: string) => void

/** Waits for all; when one fails, waits for the others to end before it throws the first failure. */
export async function together(work: ReadonlyArray<Promise<unknown>>): Promise<void> {
  const outcomes = await Promise.allSettled(work)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
