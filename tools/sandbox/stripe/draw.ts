import { derivedId } from './ids.ts'
import type { Answer, ChargeRecord, Decline, IntentRecord, RefundRecord, View } from './records.ts'
import { testCard } from './test-cards.ts'

/** Draws records in Stripe's object shapes (https://docs.stripe.com/api). */
export function drawAnswer(answer: Answer, requestId: string): object {
  const { view } = answer
  return view.kind === 'error' ? { error: drawError(view, requestId) } : draw(view)
}

export function draw(view: Exclude<View, { kind: 'error' }>): object {
  return view.kind === 'refund' ? drawRefund(view.refund) : drawIntent(view.intent, view.charge, view.expand)
}

function drawError(view: Extract<View, { kind: 'error' }>, requestId: string): object {
  const { error, intent, charge } = view
  const declined = error.type === 'card_error' ? intent?.declinedWith : undefined
  return {
    ...error,
    ...(error.code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}` }),
    ...(declined == null ? {} : { payment_method: drawPaymentMethod(declined.paymentMethod, intent?.created ?? 0) }),
    ...(intent === null ? {} : { payment_intent: drawIntent(intent, charge, []) }),
    request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
  }
}

/** What a payment intent of the sandbox always says of things that the sandbox does not do. */
const PLAIN_INTENT = {
  allowed_payment_method_types: null,
  amount_details: { tip: {} },
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: { allow_redirects: 'never', enabled: true },
  customer: null,
  customer_account: null,
  excluded_payment_method_types: null,
  livemode: false,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
  payment_method_types: ['card'],
  payment_record: null,
  processing: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
}

export function drawIntent(intent: IntentRecord, charge: ChargeRecord | null, expand: readonly string[]): object {
  const expanded = expand.some((path) => path === 'latest_charge' || path === 'data.latest_charge') && charge !== null
  return {
    id: intent.id,
    object: 'payment_intent',
    ...PLAIN_INTENT,
    amount: intent.amount,
    amount_capturable: intent.amountCapturable,
    amount_received: intent.amountReceived,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: `${intent.id}_secret_${derivedId('x', intent.id).slice(2)}`,
    confirmation_method: intent.confirmationMethod,
    created: intent.created,
    currency: intent.currency,
    description: intent.description,
    last_payment_error: intent.declinedWith === null ? null : drawDecline(intent.declinedWith, intent),
    latest_charge: expanded ? drawCharge(charge) : intent.latestCharge,
    metadata: intent.metadata,
    payment_method: intent.paymentMethod === null ? null : paymentMethodId(intent.paymentMethod),
    receipt_email: intent.receiptEmail,
    status: intent.status,
  }
}

function drawDecline(decline: Decline, intent: IntentRecord): object {
  return {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.declineCode,
    message: decline.message,
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    ...(intent.latestCharge === null ? {} : { charge: intent.latestCharge }),
    payment_method: drawPaymentMethod(decline.paymentMethod, intent.created),
  }
}

const PLAIN_CHARGE = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
  calculated_statement_descriptor: 'PREP SANDBOX',
  customer: null,
  description: null,
  disputed: false,
  failure_balance_transaction: null,
  fraud_details: {},
  livemode: false,
  on_behalf_of: null,
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
}

export function drawCharge(charge: ChargeRecord): object {
  return {
    id: charge.id,
    object: 'charge',
    ...PLAIN_CHARGE,
    amount: charge.amount,
    amount_captured: charge.amountCaptured,
    amount_refunded: charge.amountRefunded,
    balance_transaction: charge.captured ? derivedId('txn', charge.id) : null,
    captured: charge.captured,
    created: charge.created,
    currency: charge.currency,
    failure_code: charge.declinedWith?.code ?? null,
    failure_message: charge.declinedWith?.message ?? null,
    metadata: charge.metadata,
    outcome: drawOutcome(charge),
    paid: charge.status === 'succeeded',
    payment_intent: charge.intent,
    payment_method: charge.paymentMethod,
    payment_method_details: { type: 'card', card: drawChargedCard(charge) },
    refunded: charge.amountRefunded === charge.amount,
    status: charge.status,
  }
}

function drawOutcome(charge: ChargeRecord): object {
  const declined = charge.declinedWith
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: declined === null ? null : '05',
    network_status: declined === null ? 'approved_by_network' : 'declined_by_network',
    reason: declined === null ? null : declined.declineCode,
    risk_level: 'normal',
    seller_message: declined === null ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
    type: declined === null ? 'authorized' : 'issuer_declined',
  }
}

function drawChargedCard(charge: ChargeRecord): object {
  return {
    ...drawCard(charge.card),
    amount_authorized: charge.status === 'succeeded' ? charge.amount : null,
    ...(charge.captureBefore === null ? {} : { capture_before: charge.captureBefore }),
  }
}

function drawCard(name: string): object {
  const card = testCard(name)
  return { brand: card?.brand ?? null, country: 'US', exp_month: 12, exp_year: 2034, funding: 'credit', last4: card?.last4 ?? null, network: card?.brand ?? null }
}

function drawPaymentMethod(name: string, created: number): object {
  return {
    id: paymentMethodId(name),
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: drawCard(name),
    created,
    customer: null,
    livemode: false,
    metadata: {},
    type: 'card',
  }
}

function paymentMethodId(name: string): string {
  return derivedId('pm', name)
}

export function drawRefund(refund: RefundRecord): object {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: derivedId('txn', refund.id),
    charge: refund.charge,
    created: refund.created,
    currency: refund.currency,
    customer: null,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    metadata: refund.metadata,
    payment_intent: refund.intent,
    payment_method: null,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  }
}
