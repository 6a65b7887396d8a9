import { breakAt, type Break, type Place } from './place.ts'
import { isSame, type SchemaObject } from './schema.ts'

/** Length, pattern and format of strings. */
export function stringBreaks(writer: SchemaObject, reader: SchemaObject, place: Place): Break[] {
  const found = [...sizeBreaks(writer, reader, place, ['minLength', 'maxLength', 'characters'])]
  for (const keyword of ['pattern', 'format'] as const) {
    const wanted = reader[keyword]
    if (wanted === undefined || isSame(writer[keyword], wanted)) continue
    const may = writer[keyword] === undefined ? 'be any text' : `follow the ${keyword} ${writer[keyword] as string}`
    found.push(breakAt(place, keyword, may, `follow the ${keyword} ${wanted as string}`))
  }
  return found
}

/** A lower and an upper limit of how many there are of something. `least` and `most`: what else the writer is known to keep to. */
export function sizeBreaks(
  writer: SchemaObject, reader: SchemaObject, place: Place, [low, high, what]: readonly [string, string, string], known: { least?: number, most?: number } = {},
): Break[] {
  const found: Break[] = []
  const least = Math.max((writer[low] as number | undefined) ?? 0, known.least ?? 0)
  const most = Math.min((writer[high] as number | undefined) ?? Infinity, known.most ?? Infinity)
  const wantedLeast = (reader[low] as number | undefined) ?? 0
  const wantedMost = (reader[high] as number | undefined) ?? Infinity
  if (least < wantedLeast) found.push(breakAt(place, low, `have only ${least} ${what}`, `have at least ${wantedLeast}`))
  if (most > wantedMost) found.push(breakAt(place, high, most === Infinity ? `have any number of ${what}` : `have ${most} ${what}`, `have at most ${wantedMost}`))
  return found
}
