import type { Column, Schema } from './schema.ts'

/** A release's schema, kept in released/<app>.json when it is made. */
export interface Released {
  readonly release: string
  readonly schema: Schema
  /** What that release no longer uses, so that the next one may drop it: `table` or `table.column`. */
  readonly retired: readonly string[]
}

/**
 * Why the previous release, still running beside the new one or brought back by a revert, would fail on the new schema.
 * A sentence each; none: it expands.
 */
export function breaks({ schema, retired }: Released, now: Schema): string[] {
  return Object.entries(schema).flatMap(([table, columns]) => {
    const fresh = now[table]
    if (fresh === undefined) return retired.includes(table) ? [] : [`${table} is gone or renamed`]
    return [
      ...Object.entries(columns).flatMap(([name, column]) => columnBreaks(`${table}.${name}`, column, fresh[name], retired)),
      ...Object.entries(fresh).filter(([name, { required, fillsItself }]) => !(name in columns) && required && !fillsItself)
        .map(([name]) => `${table}.${name} is new and required without a default: the previous release's inserts do not name it`),
    ]
  })
}

function columnBreaks(name: string, before: Column, now: Column | undefined, retired: readonly string[]): string[] {
  if (now === undefined) return retired.includes(name) ? [] : [`${name} is gone or renamed`]
  return [
    ...(now.type === before.type || widens(before.type, now.type) ? [] : [`${name} was ${before.type} and is ${now.type}`]),
    ...(now.required && !before.required ? [`${name} has become required`] : []),
    ...(before.fillsItself && !now.fillsItself && now.required ? [`${name} has lost its default`] : []),
  ]
}

const lengths = /^(character varying|varchar)(?:\((\d+)\))?$/

/** Longer text. Wider numbers are no widening: the driver hands a bigint over as text, an integer as a number. */
function widens(before: string, now: string): boolean {
  const [left, right] = [lengths.exec(before), lengths.exec(now)]
  if (left === null) return false
  return now === 'text' || (right !== null && (right[2] === undefined || (left[2] !== undefined && Number(right[2]) >= Number(left[2]))))
}
