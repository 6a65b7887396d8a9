import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkContracts } from '../contracts/check.ts'
import { copyOfTree, run, runTests } from './copy-of-tree.fixture.ts'
import { newService } from './new-service.ts'

// The charts' side is in new-service.gitops.test.ts; that it starts beside the platform, in new-service.e2e.test.ts.
const own = 'apps/price-watch/src/price-watch.integration.test.ts'
const slow = { timeout: 240_000 }
let copy: string

beforeAll(() => {
  copy = copyOfTree()
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

it.each([
  ['GEN_NAME_INVALID', { name: 'PriceWatch' }], ['GEN_NAME_INVALID', { name: 'postgres' }], ['GEN_NAME_INVALID', { name: 'price-watch', context: 'price-watch' }],
  ['GEN_EXISTS', { name: 'booking' }], ['GEN_EXISTS', { name: 'price-watch', context: 'payment' }],
  ['GEN_MESSAGE_UNKNOWN', { name: 'price-watch', hears: 'hotel.booked.v1' }], ['GEN_MESSAGE_UNKNOWN', { name: 'price-watch', hears: 'payment.authorize.v1' }],
])('refuses with %s: %o, and writes nothing', async (code, options) => {
  await expect(newService(copy, { says: 'x', ...options })).rejects.toMatchObject({ code })
})

it('writes an app that compiles, keeps the rules of lint and architecture, and breaks no contract', slow, async () => {
  const { files } = await newService(copy, { name: 'price-watch', says: 'Watches what kitchens cost' })
  expect(files).toEqual(expect.arrayContaining([own, 'libs/contracts/src/pricewatch/pricewatch-entry-kept/v1/schema.json', 'gitops/envs/prod/price-watch/version.yaml', 'tools/runtime/catalogue.ts']))
  await run(copy, 'node_modules/typescript/bin/tsc', '-b')
  await run(copy, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json')
  await run(copy, 'node_modules/eslint/bin/eslint.js', 'apps/price-watch', 'tools/runtime/catalogue.ts')
  const rules = await runTests(copy, 'rules')
  expect(rules, rules.output).toMatchObject({ failed: 0 })
  expect(await checkContracts(copy)).toEqual([])
})

it('its tests pass, and fail without the subscription or what it tells', slow, async () => {
  const tests = () => runTests(copy, 'integration', own)
  const made = await tests()
  expect(made, made.output).toMatchObject({ passed: 3, failed: 0 })
  const pieces: Array<[path: string, piece: string]> = [
    ['subscriptions/on-booking-confirmed.handler.ts', '@Subscribe(BookingConfirmedV1)'],
    ['features/keep-entry/keep-entry.ts', 'await this.#outbox.publish(tx, PricewatchEntryKeptV1, { data, subject: entry.id, sequence: ONLY_VERSION })'],
  ]
  for (const [path, piece] of pieces) expect((await without(join('apps/price-watch/src', path), piece, tests)).failed, piece).toBeGreaterThan(0)
})

async function without<T>(path: string, piece: string, act: () => Promise<T>): Promise<T> {
  const whole = readFileSync(join(copy, path), 'utf8')
  expect(whole).toContain(piece)
  writeFileSync(join(copy, path), whole.replace(piece, ''))
  try {
    return await act()
  } finally {
    writeFileSync(join(copy, path), whole)
  }
}
