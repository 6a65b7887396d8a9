import { createHash, randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An id as Stripe writes them: a prefix and 24 letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${letters(randomBytes(24))}`
}

/** The same id for the same seed: for parts of an object that the sandbox does not store. */
export function derivedId(prefix: string, seed: string): string {
  return `${prefix}_${letters(createHash('sha256').update(seed).digest().subarray(0, 24))}`
}

function letters(bytes: Buffer): string {
  let text = ''
  for (const byte of bytes) text += ALPHABET[byte % ALPHABET.length]
  return text
}
