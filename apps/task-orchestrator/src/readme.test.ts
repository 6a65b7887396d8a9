import { readFileSync } from 'node:fs'
import { drawSaga } from '@prep/saga'
import { expect, it } from 'vitest'
import { bookingSaga } from './sagas/booking/booking.saga.ts'

it('the README shows the booking saga as it is defined', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, drawn] = /```mermaid\n([\s\S]*?)\n```/.exec(readme) ?? []
  expect(drawn).toBe(drawSaga(bookingSaga))
})
