import { type Database, type Tx } from '@prep/persistence'
import { type Announcer, unannounced } from './announcer.ts'
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
