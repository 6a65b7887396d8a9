import { InvalidArgumentError } from 'commander'

/** Reads an option's number. @throws InvalidArgumentError for anything not over 0 */
export function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number over 0.')
  return value
}
