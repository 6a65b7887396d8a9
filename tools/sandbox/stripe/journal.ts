import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ChargeRecord, IntentRecord, KeyRecord, RefundRecord } from './records.ts'

/** What one request changed. One entry is one line of JSON. */
export interface JournalEntry {
  readonly intent?: IntentRecord
  readonly charge?: ChargeRecord
  readonly refund?: RefundRecord
  readonly key?: KeyRecord
}

/**
 * An append-only file of JSON lines, written before the answer leaves.
 * It survives the death of the process (SIGKILL), not of the machine: it is not synced.
 * A line cut short by a crash is the last one and is left out. Opening compacts the file.
 */
export class Journal {
  readonly #file: number

  private constructor(file: number) {
    this.#file = file
  }

  static open(path: string, restore: (entry: JournalEntry) => void, live: () => Iterable<JournalEntry>): Journal {
    mkdirSync(dirname(path), { recursive: true })
    if (existsSync(path)) for (const line of readFileSync(path, 'utf8').split('\n')) restoreLine(line, restore)
    const fresh = `${path}.compacting`
    const file = openSync(fresh, 'w', 0o600)
    for (const entry of live()) writeSync(file, `${JSON.stringify(entry)}\n`)
    renameSync(fresh, path)
    return new Journal(file)
  }

  append(entry: JournalEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`)
  }

  close(): void {
    closeSync(this.#file)
  }
}

function restoreLine(line: string, restore: (entry: JournalEntry) => void): void {
  if (line === '') return
  let entry: JournalEntry
  try {
    entry = JSON.parse(line) as JournalEntry
  } catch {
    return // the line that was being written when the process died
  }
  restore(entry)
}
