import type { Form } from './form.ts'
import { newId } from './ids.ts'
import type { JournalEntry } from './journal.ts'
import { Parameters } from './parameters.ts'
import type { Answer, ChargeRecord, IntentRecord } from './records.ts'
import { StripeRefusal } from './refusal.ts'
import type { Store } from './store.ts'
import { testCard } from './test-cards.ts'

/** What a call did: the answer, and the records to keep. A declined card is an answer that changed something. */
export interface Outcome {
  readonly answer: Answer
  readonly change: JournalEntry
}

const CREATE = ['amount', 'currency', 'automatic_payment_methods', 'capture_method', 'confirm', 'confirmation_method', 'description',
  'error_on_requires_action', 'metadata', 'off_session', 'payment_method', 'receipt_email', 'return_url'] as const
const CONFIRM = ['capture_method', 'error_on_requires_action', 'off_session', 'payment_method', 'receipt_email', 'return_url'] as const
const CAPTURE = ['amount_to_capture', 'final_capture', 'metadata'] as const
const CANCEL = ['cancellation_reason'] as const
const CANCELABLE: readonly string[] = ['requires_payment_method', 'requires_capture', 'requires_confirmation']
const CURRENCY = /^[a-z]{3}$/
const SMALLEST: Readonly<Record<string, number>> = { usd: 50, eur: 50, chf: 50, cad: 50, aud: 50, gbp: 30, jpy: 50 }
const WEEK_SECONDS = 7 * 24 * 3600

export function createIntent(store: Store, form: Form): Outcome {
  const given = new Parameters(form, CREATE)
  const amount = readAmount(given)
  const currency = given.required('currency').toLowerCase()
  if (!CURRENCY.test(currency)) throw StripeRefusal.invalidRequest({ param: 'currency', message: `Invalid currency: ${currency}.` })
  if (amount < (SMALLEST[currency] ?? 1)) {
    throw StripeRefusal.invalidRequest({ code: 'amount_too_small', param: 'amount', message: `Amount must be at least ${SMALLEST[currency] ?? 1} in the currency's minor unit.` })
  }
  const paymentMethod = knownPaymentMethod(given)
  const intent: IntentRecord = {
    id: newId('pi'), sequence: store.nextSequence(), amount, amountCapturable: 0, amountReceived: 0, currency,
    captureMethod: given.choice('capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async',
    confirmationMethod: given.choice('confirmation_method', ['automatic', 'manual']) ?? 'automatic',
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    paymentMethod, metadata: given.metadata(), description: given.text('description'), receiptEmail: given.text('receipt_email'),
    created: nowSeconds(), canceledAt: null, cancellationReason: null, latestCharge: null, declinedWith: null, writtenAtMs: Date.now(),
  }
  if (given.flag('confirm')) return charge(intent, paymentMethod, given.expand())
  if (given.flag('error_on_requires_action')) {
    throw StripeRefusal.invalidRequest({ param: 'error_on_requires_action', message: 'error_on_requires_action can only be passed when confirm=true.' })
  }
  return changed(intent, null, given.expand())
}

export function confirmIntent(store: Store, id: string, form: Form): Outcome {
  const given = new Parameters(form, CONFIRM)
  const intent = find(store, id)
  if (intent.status !== 'requires_confirmation' && intent.status !== 'requires_payment_method') {
    const message = intent.status === 'canceled' || intent.status === 'succeeded' || intent.status === 'requires_capture'
      ? `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.` : 'This PaymentIntent cannot be confirmed.'
    throw StripeRefusal.unexpectedState(intent, store.charge(intent.latestCharge), message)
  }
  const captureMethod = given.choice('capture_method', ['automatic', 'automatic_async', 'manual']) ?? intent.captureMethod
  return charge({ ...intent, captureMethod }, knownPaymentMethod(given) ?? intent.paymentMethod, given.expand())
}

export function captureIntent(store: Store, id: string, form: Form): Outcome {
  const given = new Parameters(form, CAPTURE)
  const intent = find(store, id)
  const held = store.charge(intent.latestCharge)
  if (intent.status === 'succeeded') {
    throw StripeRefusal.unexpectedState(intent, held, 'This PaymentIntent could not be captured because it has already been captured.')
  }
  if (intent.status !== 'requires_capture' || held === null) {
    throw StripeRefusal.unexpectedState(intent, held, `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`)
  }
  const amount = given.integer('amount_to_capture', 1) ?? intent.amountCapturable
  if (amount > intent.amountCapturable) {
    throw StripeRefusal.invalidRequest({ code: 'amount_too_large', param: 'amount_to_capture', message: `Amount to capture (${amount}) is greater than the amount that may be captured (${intent.amountCapturable}).` })
  }
  // What is not captured is released at once, as Stripe does by default (final_capture).
  const captured = { ...held, captured: true, amountCaptured: amount, amountRefunded: 0 }
  const metadata = { ...intent.metadata, ...given.metadata() }
  return changed({ ...intent, metadata, status: 'succeeded', amountCapturable: 0, amountReceived: amount, writtenAtMs: Date.now() }, captured, given.expand())
}

export function cancelIntent(store: Store, id: string, form: Form): Outcome {
  const given = new Parameters(form, CANCEL)
  const intent = find(store, id)
  const held = store.charge(intent.latestCharge)
  const reason = given.choice('cancellation_reason', ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'])
  if (!CANCELABLE.includes(intent.status)) {
    throw StripeRefusal.unexpectedState(intent, held, `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}, requires_action, processing.`)
  }
  const released = held?.status === 'succeeded' ? { ...held, amountRefunded: held.amount } : held
  const canceled: IntentRecord = { ...intent, status: 'canceled', amountCapturable: 0, canceledAt: nowSeconds(), cancellationReason: reason, writtenAtMs: Date.now() }
  return changed(canceled, released, given.expand())
}

export function retrieveIntent(store: Store, id: string, form: Form): Answer {
  const given = new Parameters(form, ['client_secret'])
  const intent = find(store, id)
  return { status: 200, view: { kind: 'payment_intent', intent, charge: store.charge(intent.latestCharge), expand: given.expand() } }
}

function charge(intent: IntentRecord, paymentMethod: string | null, expand: readonly string[]): Outcome {
  if (paymentMethod === null) {
    throw StripeRefusal.unexpectedState(intent, null, 'You cannot confirm this PaymentIntent because it\'s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.')
  }
  const made = newCharge(intent, paymentMethod)
  const base = { ...intent, latestCharge: made.id, writtenAtMs: Date.now() }
  if (made.declinedWith !== null) {
    const declined: IntentRecord = { ...base, status: 'requires_payment_method', paymentMethod: null, declinedWith: made.declinedWith }
    const { code, declineCode, message } = made.declinedWith
    const refusal = new StripeRefusal(402, { type: 'card_error', code, decline_code: declineCode, message, charge: made.id }, { intent: declined, charge: made, executed: true })
    return { answer: refusal.answer, change: { intent: declined, charge: made } }
  }
  if (made.captured) {
    return changed({ ...base, paymentMethod, status: 'succeeded', amountReceived: intent.amount, declinedWith: null }, made, expand)
  }
  return changed({ ...base, paymentMethod, status: 'requires_capture', amountCapturable: intent.amount, declinedWith: null }, made, expand)
}

function newCharge(intent: IntentRecord, paymentMethod: string): ChargeRecord {
  const decline = testCard(paymentMethod)?.decline ?? null
  const captured = decline === null && intent.captureMethod !== 'manual'
  return {
    id: newId('ch'), intent: intent.id, amount: intent.amount, amountCaptured: captured ? intent.amount : 0, amountRefunded: 0,
    currency: intent.currency, status: decline === null ? 'succeeded' : 'failed', captured, paymentMethod, card: paymentMethod,
    metadata: intent.metadata, declinedWith: decline === null ? null : { ...decline, paymentMethod }, created: nowSeconds(),
    captureBefore: decline === null && !captured ? nowSeconds() + WEEK_SECONDS : null,
  }
}

function changed(intent: IntentRecord, made: ChargeRecord | null, expand: readonly string[]): Outcome {
  const answer: Answer = { status: 200, view: { kind: 'payment_intent', intent, charge: made, expand } }
  return { answer, change: made === null ? { intent } : { intent, charge: made } }
}

function readAmount(given: Parameters): number {
  const amount = given.integer('amount', 1)
  if (amount === null) throw StripeRefusal.invalidRequest({ code: 'parameter_missing', param: 'amount', message: 'Missing required param: amount.' })
  if (amount > 99_999_999) {
    throw StripeRefusal.invalidRequest({ code: 'amount_too_large', param: 'amount', message: 'Amount must be no more than 99999999 in the currency\'s minor unit.' })
  }
  return amount
}

function knownPaymentMethod(given: Parameters): string | null {
  const name = given.text('payment_method')
  if (name !== null && testCard(name) === undefined) throw StripeRefusal.missing('PaymentMethod', name, 'payment_method', 400)
  return name
}

export function find(store: Store, id: string): IntentRecord {
  const intent = store.intents.get(id)
  if (intent === undefined) throw StripeRefusal.missing('payment_intent', id, 'intent', 404)
  return intent
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
