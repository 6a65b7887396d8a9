import { type Database, type Tx } from '@prep/persistence'
import { type Announcer, unannounced } from './announcer.ts'
import { rowKey } from '../inbox/row-key.ts'
import { type DeadLetter } from './dead-letter.ts'

/** Writes the row; gives the number of rows written. */
export type WriteLetter = (connection: Pick<Tx, 'execute'>) => Promise<number>

/** Writes rows; gives the keys (`rowKey`) of those written. */
export type WriteRows = (connection: Pick<Tx, 'execute' | 'query'>) => Promise<Set<string>>

/** As `recordLetters`, for one. @returns whether it is our record: false when another one was there before */
export async function recordLetter(database: Database, announcer: Announcer, letter: DeadLetter, write: WriteLetter): Promise<boolean> {
  const ours = await recordLetters(database, announcer, [letter], async connection => new Set((await write(connection)) === 1 ? [keyOf(letter)] : []))
  return ours.size === 1
}

/**
 * Records the letters among many rows and tells of them in one transaction. When telling fails, they are recorded without.
 * @returns keys of all rows that are our records
 */
export async function recordLetters(database: Database, announcer: Announcer, letters: readonly DeadLetter[], write: WriteRows): Promise<Set<string>> {
  const singles = new Set(letters.filter(letter => announcer.isSingle(letter)))
  const ours = await writeAndTell(database, announcer, singles, write).catch(error => {
    announcer.forget(letters)
    throw error
  })
  for (const letter of letters) if (!singles.has(letter) && ours.has(keyOf(letter))) announcer.count(letter)
  return ours
}

async function writeAndTell(database: Database, announcer: Announcer, singles: ReadonlySet<DeadLetter>, write: WriteRows): Promise<Set<string>> {
  if (singles.size === 0) return write(database)
  let toTell: DeadLetter[] = []
  try {
    return await database.transaction(async tx => {
      const ours = await write(tx)
      toTell = [...singles].filter(letter => ours.has(keyOf(letter)))
      for (const letter of toTell) await announcer.announce(tx, letter)
      return ours
    })
  } catch (error) {
    if (toTell.length === 0) throw error
    for (const letter of toTell) unannounced(error, letter)
    return write(database)
  }
}

function keyOf({ consumer, eventId }: DeadLetter): string {
  return rowKey(consumer, eventId)
}
