import type { Room } from './room.ts'
import type { Ability } from './transport.ts'

/** One thing that any transport must hold to, in words and as a test. */
export interface ConformanceCase {
  readonly name: string
  readonly needs?: readonly Ability[]
  run(room: Room): Promise<void>
}

/** Something that a test lets happen when it wants. */
export class Gate {
  readonly opened: Promise<void>
  open: () => void = () => undefined

  constructor() {
    this.opened = new Promise((resolve) => { this.open = resolve })
  }
}
