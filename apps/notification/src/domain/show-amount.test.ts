import { expect, it } from 'vitest'
import { showAmount } from './show-amount.ts'

it.each([
  [18_000, 'EUR', '€180.00'],
  [5, 'USD', '$0.05'],
  [0, 'USD', '$0.00'],
  [18_000, 'JPY', '¥18,000'],
  [12_345, 'KWD', 'KWD\u00a012.345'],
  [9_007_199_254_740_991, 'EUR', '€90,071,992,547,409.91'],
])('shows %i minor units of %s as %s', (amountMinor, currency, shown) => {
  expect(showAmount(amountMinor, currency)).toBe(shown)
})

it('refuses what is no currency code, with a code', () => {
  expect(() => showAmount(1, 'EURO')).toThrow(expect.objectContaining({ code: 'NOTIFICATION_VALUE_NOT_SHOWABLE' }))
})
