import { Injectable } from '@nestjs/common'

/** Hears of one booking's progress in this process. */
export interface Ear {
  /** Resolves true when the bell rang since the last wait, false after `timeoutMs` or when the bell was closed. */
  wait(timeoutMs: number): Promise<boolean>
  close(): void
}

/** Wakes whoever streams a booking when this process stored something about it. Other replicas find it by polling. */
@Injectable()
export class ProgressBell {
  readonly #ears = new Map<string, Set<ListeningEar>>()
  #closed = false

  /** True once the process stops: streams end, and their readers go on at another replica. */
  get closed(): boolean {
    return this.#closed
  }

  ring(bookingId: string): void {
    this.#ears.get(bookingId)?.forEach((ear) => ear.hear())
  }

  listen(bookingId: string): Ear {
    const ear = new ListeningEar(() => this.#forget(bookingId, ear))
    const ears = this.#ears.get(bookingId) ?? new Set()
    this.#ears.set(bookingId, ears.add(ear))
    return ear
  }

  /** How many streams listen here. */
  get listeners(): number {
    return [...this.#ears.values()].reduce((sum, ears) => sum + ears.size, 0)
  }

  onModuleDestroy(): void {
    this.#closed = true
    for (const ears of this.#ears.values()) ears.forEach((ear) => ear.hear())
  }

  #forget(bookingId: string, ear: ListeningEar): void {
    const ears = this.#ears.get(bookingId)
    ears?.delete(ear)
    if (ears?.size === 0) this.#ears.delete(bookingId)
  }
}

class ListeningEar implements Ear {
  #heard = false
  #wake: ((heard: boolean) => void) | undefined
  readonly #forget: () => void

  constructor(forget: () => void) {
    this.#forget = forget
  }

  hear(): void {
    if (this.#wake === undefined) this.#heard = true
    else this.#wake(true)
  }

  async wait(timeoutMs: number): Promise<boolean> {
    if (this.#heard) {
      this.#heard = false
      return true
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(false), timeoutMs)
      this.#wake = (heard) => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve(heard)
      }
    })
  }

  close(): void {
    this.#forget()
    this.#wake?.(false)
  }
}
