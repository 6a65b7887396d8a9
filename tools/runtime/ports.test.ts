import { expect, test } from 'vitest'
import { services } from './catalogue.ts'
import { portBlockSize, portsFrom } from './ports.ts'

test('no two parts share a port, and all stay inside the block', () => {
  const ports = portsFrom(4000)
  const all = [
    ...services.map(({ name }) => ports.service(name)),
    ...services.flatMap(({ name }) => Object.values(ports.sidecar(name))),
    ...[ports.postgres, ports.kafka, ports.kafkaController, ports.sandbox, ports.extra(0)],
  ]
  expect(new Set(all).size).toBe(all.length)
  expect(Math.min(...all)).toBe(4000)
  expect(Math.max(...all)).toBeLessThan(4000 + portBlockSize)
})

test('an unknown service has no port', () => {
  expect(() => portsFrom(4000).service('nobody')).toThrow(expect.objectContaining({ code: 'RT_PART_UNKNOWN' }))
})
