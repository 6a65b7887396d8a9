import type { Form } from './form.ts'
import { newId } from './ids.ts'
import { draw, drawRefund } from './draw.ts'
import { Parameters } from './parameters.ts'
import { nowSeconds, type Outcome } from './payment-intents.ts'
import type { ChargeRecord, IntentRecord, RefundRecord } from './records.ts'
import { StripeRefusal } from './refusal.ts'
import type { Store } from './store.ts'

const REFUND = ['amount', 'charge', 'metadata', 'payment_intent', 'reason'] as const

/** Gives back captured money; never more than was captured and not given back yet. */
export function createRefund(store: Store, form: Form): Outcome {
  const given = new Parameters(form, REFUND)
  const reason = given.choice('reason', ['duplicate', 'fraudulent', 'requested_by_customer'])
  const { intent, charge } = refundable(store, given)
  const left = charge.amountCaptured - charge.amountRefunded
  if (left === 0) {
    throw new StripeRefusal(400, { type: 'invalid_request_error', code: 'charge_already_refunded', message: `Charge ${charge.id} has already been refunded.` }, { executed: true })
  }
  const amount = given.integer('amount', 1) ?? left
  if (amount > left) {
    throw StripeRefusal.invalidRequest({ param: 'amount', message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})` })
  }
  const refund: RefundRecord = {
    id: newId('re'), sequence: store.nextSequence(), intent: intent.id, charge: charge.id, amount, currency: charge.currency,
    reason, metadata: given.metadata(), created: nowSeconds(),
  }
  const change = { refund, charge: { ...charge, amountRefunded: charge.amountRefunded + amount } }
  return { answer: { status: 200, view: { kind: 'refund', refund } }, change }
}

function refundable(store: Store, given: Parameters): { intent: IntentRecord; charge: ChargeRecord } {
  const chargeId = given.text('charge')
  const intentId = given.text('payment_intent') ?? (chargeId === null ? null : (store.charge(chargeId)?.intent ?? null))
  if (intentId === null) {
    if (chargeId !== null) throw StripeRefusal.missing('charge', chargeId, 'charge', 400)
    throw StripeRefusal.invalidRequest({ message: 'One of the following params should be provided for this request: payment_intent or charge.' })
  }
  const intent = store.intents.get(intentId)
  if (intent === undefined) throw StripeRefusal.missing('payment_intent', intentId, 'payment_intent', 400)
  const charge = store.charge(intent.latestCharge)
  if (charge === null || !charge.captured) {
    throw StripeRefusal.unexpectedState(intent, charge, `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`)
  }
  return { intent, charge }
}

/** A page of refunds, newest first. */
export function listRefunds(store: Store, form: Form): object {
  const given = new Parameters(form, ['created', 'ending_before', 'limit', 'payment_intent', 'starting_after'])
  const limit = Math.min(given.integer('limit', 1) ?? 10, 100)
  const intent = given.text('payment_intent')
  const after = given.text('starting_after')
  const all = (intent === null ? [...store.refunds.values()] : store.refundsOf(intent)).sort((a, b) => b.sequence - a.sequence)
  const from = after === null ? 0 : all.findIndex((refund) => refund.id === after) + 1
  const page = all.slice(from, from + limit)
  return { object: 'list', url: '/v1/refunds', has_more: from + limit < all.length, data: page.map(drawRefund) }
}

export function retrieveRefund(store: Store, id: string): object {
  const refund = store.refunds.get(id)
  if (refund === undefined) throw StripeRefusal.missing('refund', id, 'id', 404)
  return draw({ kind: 'refund', refund })
}
