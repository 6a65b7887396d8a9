/** What a message's handler does: it fails for so many attempts, or always until it is mended; what is broken it never sees. */
export interface Plan {
  readonly failures: number
  readonly isBroken: boolean
  isPoison: boolean
}

export type ModelState = 'handled' | 'retrying' | 'parked' | 'dead' | 'skipped' | 'archived'

export interface ModelMessage {
  readonly id: string
  readonly key: string
  readonly sequence: number
  readonly isOrdered: boolean
  readonly plan: Plan
  /** undefined: not delivered yet. */
  state: ModelState | undefined
  attempts: number
}

export const MAX_ATTEMPTS = 3

/** What messaging promises, in a hundred lines: each message, what became of it, and nothing of how. */
export class Model {
  /** Committed, in the order of commit. */
  readonly messages: ModelMessage[] = []
  /** Keys whose ordered messages wait for one that failed. */
  readonly #blocked = new Set<string>()

  /** The oldest of each key that the broker has still to deliver, in order; at most `count`. */
  undelivered(count: number): ModelMessage[] {
    return this.messages.filter(({ state }) => state === undefined).slice(0, count)
  }

  inState(...states: ModelState[]): ModelMessage[] {
    return this.messages.filter(({ state }) => state !== undefined && states.includes(state))
  }

  deliver(message: ModelMessage): void {
    if (message.state !== undefined) return
    if (message.plan.isBroken) this.#fail(message, 'dead')
    else if (message.isOrdered && this.#blocked.has(message.key)) message.state = 'parked'
    else this.#run(message)
  }

  retry(message: ModelMessage): void {
    if (message.state !== 'retrying') return
    this.#run(message)
    this.#drain(message)
  }

  /** Only what is dead; of an ordered handler, only what is next. @returns whether it is allowed */
  replay(message: ModelMessage): boolean {
    if (message.state !== 'dead' || this.#hasEarlier(message)) return false
    if (!this.#run(message)) message.state = 'dead'
    this.#drain(message)
    return true
  }

  /** @returns whether it is allowed */
  skip(message: ModelMessage): boolean {
    return this.#giveUp(message, 'skipped', ['dead', 'parked'])
  }

  /** @returns whether it is allowed */
  archive(message: ModelMessage): boolean {
    return this.#giveUp(message, 'archived', ['dead'])
  }

  #giveUp(message: ModelMessage, state: ModelState, from: ModelState[]): boolean {
    if (!message.state || !from.includes(message.state)) return false
    message.state = state
    this.#drain(message)
    return true
  }

  /** @returns whether it is handled now */
  #run(message: ModelMessage): boolean {
    const { plan: { isPoison, isBroken, failures } } = message
    message.attempts++
    const isHandled = !isBroken && !isPoison && message.attempts > failures
    if (isHandled) message.state = 'handled'
    else this.#fail(message, isBroken || isPoison || message.attempts >= MAX_ATTEMPTS ? 'dead' : 'retrying')
    return isHandled
  }

  #fail(message: ModelMessage, state: ModelState): void {
    message.state = state
    if (message.isOrdered) this.#blocked.add(message.key)
  }

  /** Behind a message that failed the later ones of its key wait; when it is settled they run by sequence. */
  #drain({ key, isOrdered }: ModelMessage): void {
    const ofKey = this.#ofKey(key)
    while (isOrdered && this.#blocked.has(key) && !ofKey.some(({ state }) => state === 'retrying')) {
      const next = ofKey.filter(({ state }) => state === 'parked' || state === 'dead').sort((one, other) => one.sequence - other.sequence)[0]
      if (next?.state === 'dead') return
      if (next) this.#run(next)
      else this.#blocked.delete(key)
    }
  }

  #hasEarlier({ key, isOrdered, sequence }: ModelMessage): boolean {
    return isOrdered && this.#ofKey(key).some((other) => other.state === 'retrying' || (other.sequence < sequence && (other.state === 'parked' || other.state === 'dead')))
  }

  #ofKey(key: string): ModelMessage[] {
    return this.messages.filter((message) => message.isOrdered && message.key === key)
  }
}
