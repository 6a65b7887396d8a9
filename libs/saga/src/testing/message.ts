import type { Contract } from '@prep/contracts'

/** An event as a story tells it. */
export interface Told<T = unknown> {
  readonly contract: Contract<T>
  readonly data: T
}

/** `told(SlotHeldV1, {...})`: an event with its data, for `.reply()` and `.startedWith()`. */
export const told = <T>(contract: Contract<T>, data: T): Told<T> => ({ contract, data })
