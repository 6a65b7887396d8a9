import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drawCharge, drawIntent, drawRefund } from './draw.ts'
import { createIntent, captureIntent } from './payment-intents.ts'
import { createRefund } from './refunds.ts'
import { Store } from './store.ts'

/** The fields of one of the stripe package's own interfaces, by whether they are always there. */
function fieldsOf(file: string, name: string): { always: string[]; all: string[] } {
  const source = readFileSync(new URL(`./resources/${file}.d.ts`, import.meta.resolve('stripe')), 'utf8')
  const body = source.split(`export interface ${name} {`)[1]?.split('\n}')[0] ?? ''
  const fields = [...body.matchAll(/^ {4}(\w+)(\??):/gm)].map(([, field, optional]) => ({ field: field as string, isOptional: optional === '?' }))
  expect(fields.length).toBeGreaterThan(10)
  return { always: fields.filter(({ isOptional }) => !isOptional).map(({ field }) => field), all: fields.map(({ field }) => field) }
}

function expectShape(drawn: object, { always, all }: { always: string[]; all: string[] }): void {
  expect(Object.keys(drawn)).toEqual(expect.arrayContaining(always))
  expect(all).toEqual(expect.arrayContaining(Object.keys(drawn)))
}

describe('the objects have the fields of the stripe package\'s own types', () => {
  const store = new Store({ intents: 10, keys: 10 }, null)
  const form = { amount: '1000', currency: 'usd', payment_method: 'pm_card_visa', capture_method: 'manual', confirm: 'true' }
  store.commit(createIntent(store, form).change)
  const id = [...store.intents.keys()][0] as string
  store.commit(captureIntent(store, id, {}).change)
  store.commit(createRefund(store, { payment_intent: id }).change)

  it('payment intent', () => {
    const intent = store.intents.get(id)
    expectShape(drawIntent(intent as NonNullable<typeof intent>, null, []), fieldsOf('PaymentIntents', 'PaymentIntent'))
  })

  it('charge', () => expectShape(drawCharge([...store.charges.values()][0] as never), fieldsOf('Charges', 'Charge')))
  it('refund', () => expectShape(drawRefund([...store.refunds.values()][0] as never), fieldsOf('Refunds', 'Refund')))
})
