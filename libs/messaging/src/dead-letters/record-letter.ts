import { type Database, type Tx } from '@prep/persistence'
import { type Announcer, unannounced } from './announcer.ts'
import { rowKey } from '../inbox/row-key.ts'
import { type DeadLetter } from './dead-letter.ts'

/** Writes the row; gives the number of rows written. */
export type WriteLetter = (connection: Pick<Tx, 'execute'>) => Promise<number>

/**
 * Records a letter and tells of it in one transaction. When telling fails, the letter is recorded without.
 * @returns whether it is our record: false when another one was there before
 */
export async function recordLetter(database: Database, announcer: Announcer, letter: DeadLetter, write: WriteLetter): Promise<boolean> {
  if (!announcer.isSingle(letter)) {
    const isOurs = (await write(database)) === 1
    if (isOurs) announcer.count(letter)
    return isOurs
  }
  let isOurs = false
  try {
    return await database.transaction(async tx => {
      isOurs = (await write(tx)) === 1
      if (isOurs) await announcer.announce(tx, letter)
      return isOurs
    })
  } catch (error) {
    if (!isOurs) throw error
    unannounced(error, letter)
    return (await write(database)) === 1
  }
}

/** Writes rows; gives the keys (`rowKey`) of those written. */
export type WriteRows = (connection: Pick<Tx, 'query'>) => Promise<Set<string>>

/**
 * As `recordLetter`, for the letters among many rows.
 * @returns keys of all rows that are our records
 */
export async function recordLetters(database: Database, announcer: Announcer, letters: readonly DeadLetter[], write: WriteRows): Promise<Set<string>> {
  const singles = new Set(letters.filter(letter => announcer.isSingle(letter)))
  const ours = singles.size === 0 ? await write(database) : await writeAndTell(database, announcer, singles, write)
  for (const letter of letters) if (!singles.has(letter) && ours.has(keyOf(letter))) announcer.count(letter)
  return ours
}

async function writeAndTell(database: Database, announcer: Announcer, singles: ReadonlySet<DeadLetter>, write: WriteRows): Promise<Set<string>> {
  let ours: Set<string> | undefined
  try {
    return await database.transaction(async tx => {
      ours = await write(tx)
      for (const letter of singles) if (ours.has(keyOf(letter))) await announcer.announce(tx, letter)
      return ours
    })
  } catch (error) {
    if (ours === undefined) throw error
    for (const letter of singles) unannounced(error, letter)
    return write(database)
  }
}

function keyOf({ consumer, eventId }: DeadLetter): string {
  return rowKey(consumer, eventId)
}
