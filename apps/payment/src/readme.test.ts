import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PAYMENT_ERRORS } from './domain/errors.ts'
import { drawTransitions } from './domain/payment-state.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the README lists every error code with its text, and no other', () => {
  const listed = [...readme.matchAll(/^\| `(PAYMENT_[A-Z_]+)` \| (.*?) \|/gm)].map(([, code, text]) => [code, text])
  expect(Object.fromEntries(listed)).toEqual(PAYMENT_ERRORS)
})

it('the README shows the table of transitions as it is', () => {
  expect(readme).toContain(drawTransitions())
})
