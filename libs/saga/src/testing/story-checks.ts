import { isDeepStrictEqual } from 'node:util'
import { type Contract, validateStrict } from '@prep/contracts'
import type { CommandToSend } from '../domain/instance.ts'

/** A story that came out differently; thrown at the line that says so. */
export class StoryError extends Error {
  readonly code = 'SAGA_STORY_BROKEN'
  override readonly name = 'StoryError'
}

/** Commands and replies of a story keep their contracts, as they must in life. */
export function mustBeValid(contract: Contract<unknown>, data: unknown): void {
  const violations = validateStrict(contract, data)
  if (violations.length === 0) return
  throw new StoryError(
    `${contract.type} breaks its contract: ${violations.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}`,
  )
}

export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new StoryError(`expected ${what} to be ${JSON.stringify(expected)}, but it is ${JSON.stringify(actual)}`)
}

/** The command's data has at least these values. */
export function mustCarry(command: CommandToSend, expected: Record<string, unknown> = {}): void {
  const actual = command.data as Record<string, unknown>
  for (const [name, value] of Object.entries(expected)) mustEqual(`${command.contract.type} ${name}`, actual[name], value)
}
