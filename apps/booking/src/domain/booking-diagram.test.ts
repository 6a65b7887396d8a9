import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { drawBookingStates } from './booking-diagram.ts'
import { BOOKING_ERROR_CODES } from './errors.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

it('stands in the README as the code draws it (else: node apps/booking/src/draw-states.ts)', () => {
  expect(readme).toContain('```mermaid\n' + drawBookingStates() + '\n```')
})

it('has every error code in the README', () => {
  for (const [code, sentence] of Object.entries(BOOKING_ERROR_CODES)) {
    expect(readme).toContain(`| \`${code}\` | ${sentence} |`)
  }
})
