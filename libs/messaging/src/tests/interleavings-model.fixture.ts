/** What a message's handler does: it fails for so many attempts, or always until it is mended. */
export interface Plan {
  readonly failures: number
  isPoison: boolean
}

export type ModelState = 'handled' | 'retrying' | 'parked' | 'dead' | 'skipped'

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

/** What messaging promises, in fifty lines: each message, what became of it, and nothing of how. */
export class Model {
  /** Committed, in the order of commit. */
  readonly messages: ModelMessage[] = []

  /** The oldest of each key that the broker has still to deliver, in order; at most `count`. */
  undelivered(count: number): ModelMessage[] {
    return this.messages.filter(({ state }) => state === undefined).slice(0, count)
  }

  inState(...states: ModelState[]): ModelMessage[] {
    return this.messages.filter(({ state }) => state !== undefined && states.includes(state))
  }

  deliver(message: ModelMessage): void {
    if (message.state !== undefined) return
    if (message.isOrdered && this.#isClosed(message)) message.state = 'parked'
    else this.#run(message)
  }

  retry(message: ModelMessage): void {
    if (message.state !== 'retrying') return
    this.#run(message)
    this.#drain(message)
  }

  /** @returns whether it is allowed */
  replay(message: ModelMessage): boolean {
    if (message.state !== 'dead') return false
    if (!this.#run(message)) message.state = 'dead'
    this.#drain(message)
    return true
  }

  /** @returns whether it is allowed */
  skip(message: ModelMessage): boolean {
    if (message.state !== 'dead') return false
    message.state = 'skipped'
    this.#drain(message)
    return true
  }

  /** @returns whether it is handled now */
  #run(message: ModelMessage): boolean {
    const { plan: { isPoison, failures } } = message
    message.attempts++
    const isHandled = !isPoison && message.attempts > failures
    const isLast = isPoison || message.attempts >= MAX_ATTEMPTS
    message.state = isHandled ? 'handled' : isLast ? 'dead' : 'retrying'
    return isHandled
  }

  /** Behind a message that failed the later ones of its key wait; when it is settled they run by sequence. */
  #drain({ key, isOrdered }: ModelMessage): void {
    const ofKey = this.messages.filter((message) => message.key === key && message.isOrdered)
    while (isOrdered && !ofKey.some(({ state }) => state === 'retrying' || state === 'dead')) {
      const next = ofKey.filter(({ state }) => state === 'parked').sort((one, other) => one.sequence - other.sequence)[0]
      if (!next) return
      this.#run(next)
    }
  }

  #isClosed({ key }: ModelMessage): boolean {
    return this.messages.some((other) => other.isOrdered && other.key === key && other.state !== undefined && ['retrying', 'dead', 'parked'].includes(other.state))
  }
}
