/** Orders bigint ids in their text form: below 0 when `one` is the smaller. */
export function compareIds(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length
  return one < other ? -1 : one > other ? 1 : 0
}
