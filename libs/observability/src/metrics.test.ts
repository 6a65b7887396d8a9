import { expect, it } from 'vitest'
import { counter, histogram, registry, startProcessMetrics } from './index.ts'

it('gives the same metric to whoever asks by name, and tells of the process', async () => {
  startProcessMetrics('booking')
  startProcessMetrics('booking')
  counter('prep_test_total', 'x', ['kind']).inc({ kind: 'a' })
  counter('prep_test_total', 'x', ['kind']).inc({ kind: 'a' })
  histogram('prep_test_seconds', 'x').observe(0.004)
  const text = await registry.metrics()
  expect(text).toContain('prep_test_total{kind="a",service="booking"} 2')
  expect(text).toContain('prep_test_seconds_bucket{le="0.005",service="booking"} 1')
  expect(text).toContain('process_resident_memory_bytes')
})
