import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { parseLine, type LogLine } from './log-line.ts'

/** Reads a log as far as it goes, and later what was added. A file that became shorter is read from its start. */
export class LogFile {
  readonly #part: string
  readonly #file: string
  #offset = 0
  #incomplete = ''
  #lastMs = 0

  constructor(part: string, file: string) {
    this.#part = part
    this.#file = file
  }

  readNew(): LogLine[] {
    const lines = (this.#incomplete + this.#readText()).split('\n')
    this.#incomplete = lines.pop() ?? ''
    return lines.filter(Boolean).map((raw) => {
      const line = parseLine(this.#part, raw, this.#lastMs)
      this.#lastMs = line.timeMs
      return line
    })
  }

  #readText(): string {
    if (!existsSync(this.#file)) return ''
    const file = openSync(this.#file, 'r')
    try {
      const { size } = fstatSync(file)
      if (size < this.#offset) [this.#offset, this.#incomplete] = [0, '']
      const buffer = Buffer.alloc(size - this.#offset)
      this.#offset += readSync(file, buffer, 0, buffer.length, this.#offset)
      return buffer.toString('utf8')
    } finally {
      closeSync(file)
    }
  }
}
