import { accepts } from './accepts.ts'
import { propertyOf } from './objects.ts'
import type { Place } from './place.ts'
import { type Schema, type SchemaObject, typesOf, valuesOf } from './schema.ts'
import { resolved } from './resolved.ts'

/** Whether it can be shown that no value is allowed by both; false when it cannot be shown. */
export function areDisjoint(writer: Schema, reader: Schema, place: Place, depth = 0): boolean {
  const [w, r] = [resolved(writer, place.writerRoot), resolved(reader, place.readerRoot)]
  if (w === false || r === false) return true
  if (w === true || r === true || depth > 8) return false
  const values = valuesOf(w)
  if (values) return values.every((value) => !accepts(w, value, place.writerRoot) || !accepts(r, value, place.readerRoot))
  const wanted = valuesOf(r)
  if (wanted) return wanted.every((value) => !accepts(w, value, place.writerRoot) || !accepts(r, value, place.readerRoot))
  const shared = [...typesOf(w)].filter((type) => typesOf(r).has(type))
  if (shared.length === 0) return true
  return shared.every((type) => type === 'object') && objectsAreDisjoint(w, r, place, depth)
}

/** A property that one demands and the other never has, or that both demand and can never agree on. */
function objectsAreDisjoint(w: SchemaObject, r: SchemaObject, place: Place, depth: number): boolean {
  const demanded = new Set([...(w.required ?? []), ...(r.required ?? [])])
  return [...demanded].some((name) => areDisjoint(propertyOf(w, name), propertyOf(r, name), place, depth + 1))
}
