import { readFileSync } from 'node:fs'
import { Injectable } from '@nestjs/common'
import { type MessageKind } from '../../domain/message.ts'

/** Beside src and dist, so that both find it. */
const FOLDER = new URL('../../../templates/', import.meta.url)

/** The templates as they were when the process started. */
@Injectable()
export class Templates {
  readonly #texts: Readonly<Record<MessageKind, string>> = {
    'booking-confirmed': readTemplate('booking-confirmed'),
    'booking-rejected': readTemplate('booking-rejected'),
  }

  of(kind: MessageKind): string {
    return this.#texts[kind]
  }
}

/** Text of `templates/<kind>.txt`. */
export function readTemplate(kind: MessageKind): string {
  return readFileSync(new URL(`${kind}.txt`, FOLDER), 'utf8')
}
