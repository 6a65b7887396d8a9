/**
 * Faults a test asks for. `delay` waits before the work, `drop` cuts the connection before it,
 * `lose-answer` does the work and cuts the connection, `delay-answer` does the work and waits,
 * `server-error` answers 500 without doing it, `rate-limit` answers 429.
 */
export type FaultKind = 'delay' | 'drop' | 'lose-answer' | 'delay-answer' | 'server-error' | 'rate-limit'

export interface Fault {
  readonly kind: FaultKind
  /** Which calls: `POST /v1/payment_intents`, `POST /v1/payment_intents/:id/capture`, ...; all when absent. */
  readonly operation?: string
  /** How often it strikes; 1 when absent. */
  readonly times?: number
  readonly ms?: number
}

const KINDS: readonly string[] = ['delay', 'drop', 'lose-answer', 'delay-answer', 'server-error', 'rate-limit']

export class Faults {
  #armed: Array<{ fault: Fault; left: number }> = []

  set(faults: readonly Fault[]): void {
    this.#armed = faults.map((fault) => ({ fault, left: fault.times ?? 1 }))
  }

  /** The next fault for this operation, used up by asking. */
  strike(operation: string): Fault | null {
    const found = this.#armed.find(({ fault, left }) => left > 0 && (fault.operation ?? operation) === operation)
    if (found === undefined) return null
    found.left -= 1
    return found.fault
  }
}

/** Reads the body of the control route; null when it is not a list of faults. */
export function readFaults(json: unknown): Fault[] | null {
  if (!Array.isArray(json)) return null
  const ok = json.every((item) => typeof item === 'object' && item !== null && KINDS.includes((item as Fault).kind))
  return ok ? (json as Fault[]) : null
}
