import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkContracts } from '../contracts/check.ts'
import { readSubscriptionScopes } from '../contracts/dapr-scopes.ts'
import { copyOfTree, runTests } from './copy-of-tree.fixture.ts'
import { newEvent } from './new-event.ts'
import { newHandler } from './new-handler.ts'

let copy: string

beforeAll(() => {
  copy = copyOfTree()
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const read = (path: string): string => readFileSync(join(copy, path), 'utf8')
const slow = { timeout: 240_000 }

/** Takes a piece out of a file while `run` runs. */
async function without<T>(path: string, piece: string, run: () => Promise<T>): Promise<T> {
  const whole = read(path)
  expect(whole).toContain(piece)
  writeFileSync(join(copy, path), whole.replace(piece, ''))
  try {
    return await run()
  } finally {
    writeFileSync(join(copy, path), whole)
  }
}

describe('./prep new event', () => {
  const folder = 'libs/contracts/src/booking/booking-extended/v1'

  it('writes a room whose tests pass, and fail when a piece of it is missing', slow, async () => {
    const { files } = await newEvent(copy, { name: 'booking.extended', says: 'A booking was made longer' })
    expect(files).toEqual(expect.arrayContaining([`${folder}/schema.json`, `${folder}/types.generated.ts`, 'libs/contracts/src/all.generated.ts', 'docs/contracts.md', 'docs/asyncapi.json']))
    const tests = () => runTests(copy, 'unit', 'libs/contracts/src/contracts.test.ts', '-t', 'booking.extended.v1')
    expect(await tests()).toMatchObject({ failed: 0, passed: expect.toSatisfy((passed: number) => passed >= 9) })
    expect((await without(`${folder}/types.generated.ts`, '"required": [\n      "bookingId"\n    ],', tests)).failed).toBeGreaterThan(0)
    expect((await without(`${folder}/README.md`, 'prep.booking.events', tests)).failed).toBeGreaterThan(0)
    expect(await checkContracts(copy)).toEqual([])
  })

  it.each([
    ['GEN_NAME_INVALID', 'BookingExtended'], ['GEN_NAME_INVALID', 'booking.extended.v1'], ['GEN_CONTEXT_UNKNOWN', 'hotel.booked'], ['GEN_EXISTS', 'booking.confirmed'],
  ])('refuses with %s: %s', async (code, name) => {
    await expect(newEvent(copy, { name, says: 'x' })).rejects.toMatchObject({ code })
  })
})

describe('./prep new handler', () => {
  it('writes a handler whose test passes, and fails without the subscription or the wiring', slow, async () => {
    const { files, next } = await newHandler(copy, { service: 'notification', type: 'payment.captured.v1', isExternal: false })
    const [handler, test, module] = ['apps/notification/src/subscriptions/on-payment-captured.handler.ts', 'apps/notification/src/subscriptions/on-payment-captured.integration.test.ts', 'apps/notification/src/notification.module.ts']
    expect(files).toEqual(expect.arrayContaining([handler, test, module, 'dapr/components/local/pubsub-events.yaml', 'charts/prep-dapr/values.yaml', 'libs/messaging/src/transport/subscription-scopes.generated.ts']))
    expect(next.join()).toContain('./prep gitops render --golden')
    const tests = () => runTests(copy, 'integration', test)
    const made = await tests()
    expect(made, made.output).toMatchObject({ passed: 3, failed: 0 })
    expect((await without(handler, '@Subscribe(PaymentCapturedV1)', tests)).failed).toBeGreaterThan(0)
    expect((await without(module, ', OnPaymentCaptured', tests)).failed).toBeGreaterThan(0)
    expect(await checkContracts(copy)).toEqual([])
  })

  it('opens the topic to a service that heard nothing of it before, here and in the charts alike', slow, async () => {
    await newHandler(copy, { service: 'listing', type: 'booking.confirmed.v1', isExternal: true })
    expect(readSubscriptionScopes(copy)['pubsub-events']).toMatchObject({ listing: ['prep.booking.events'], notification: ['prep.booking.events', 'prep.payment.events'] })
    const values = parse(read('charts/prep-dapr/values.yaml')) as { components: Record<string, { subscribes: object }> }
    expect(values.components['pubsub-events']?.subscribes).toEqual(readSubscriptionScopes(copy)['pubsub-events'])
    const made = await runTests(copy, 'unit', 'tools/runtime/dapr-files.test.ts')
    expect(made, made.output).toMatchObject({ failed: 0 })
    const external = await runTests(copy, 'integration', 'apps/listing/src/subscriptions')
    expect(external, external.output).toMatchObject({ passed: 3, failed: 0 })
  })

  it('wires into the list of a service that has one', async () => {
    await newEvent(copy, { name: 'listing.kitchen-closed', says: 'A kitchen was closed.', id: 'kitchenId' })
    writeFileSync(join(copy, 'apps/listing/src/close-kitchen.ts'), "import { ListingKitchenClosedV1 } from '@prep/contracts'\nexport const closed = ListingKitchenClosedV1\n")
    await newHandler(copy, { service: 'booking', type: 'listing.kitchen-closed.v1', isExternal: false })
    const list = read('apps/booking/src/subscriptions/subscriptions.ts')
    expect(list).toContain("import { OnListingKitchenClosed } from './on-listing-kitchen-closed.handler.ts'\n")
    expect(list).toMatch(/ {2}OnSlotTaken,\n {2}OnListingKitchenClosed,\n\]\n$/)
  })

  it.each([
    ['GEN_SERVICE_UNKNOWN', 'hotel', 'booking.confirmed.v1'], ['GEN_SERVICE_UNKNOWN', 'api-gateway', 'booking.confirmed.v1'], ['GEN_MESSAGE_UNKNOWN', 'payment', 'hotel.booked.v1'],
    ['GEN_EXISTS', 'booking', 'booking.slot-held.v1'], ['GEN_UNPUBLISHED', 'payment', 'booking.extended.v1'],
  ])('refuses with %s: %s and %s', async (code, service, type) => {
    await expect(newHandler(copy, { service, type, isExternal: false })).rejects.toMatchObject({ code })
  })
})
