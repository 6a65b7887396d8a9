import { expect, test } from 'vitest'
import { percentile } from './percentile.ts'

test('nearest rank', () => {
  const values = [5, 1, 4, 2, 3]
  expect([50, 80, 95, 100].map((percent) => percentile(values, percent))).toEqual([3, 4, 5, 5])
  expect(percentile([7], 50)).toBe(7)
  expect(percentile([], 50)).toBeNaN()
})
