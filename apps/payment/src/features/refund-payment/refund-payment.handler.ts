import { Controller, Inject } from '@nestjs/common'
import { RefundPaymentV1, type RefundPaymentV1Data } from '@prep/contracts'
import { type Effect, Subscribe } from '@prep/messaging'
import { v7 as uuidv7 } from 'uuid'
import { decideRefund } from '../../domain/decide-refund.ts'
import { refunded, refundFailed, refunding } from '../../domain/payment.ts'
import { type PaymentProvider, type RefundOutcome, type RefundRequest } from '../../domain/payment-provider.ts'
import { type ProviderAttempt } from '../../domain/provider-attempt.ts'
import { MoneyMover, type Movement } from '../money-mover.ts'
import { answerToRefund, refundFailedAnswer } from '../payment-answers.ts'
import { UNTIL_DONE } from '../retry-ladders.ts'

const REFUND: Movement<RefundPaymentV1Data, RefundRequest, RefundOutcome> = {
  operation: 'refund',
  underWay: 'refunding',
  decide: decideRefund,
  begin: (payment, { amountMinor }) => refunding(payment, payment.refundId ?? uuidv7(), amountMinor),
  request: ({ refundId }, reference, { amountMinor, currency, reason }) =>
    ({ reference, refundId: refundId as string, amountMinor, currency, reason }),
  send: refundOnce,
  after: (payment, outcome) => (outcome.kind === 'refunded' ? refunded(payment, outcome.reference) : refundFailed(payment, outcome)),
  answer: answerToRefund,
  refusal: refundFailedAnswer,
}

/** A refund, unlike a capture, can happen twice once its key is forgotten: then it is looked up first. */
async function refundOnce(provider: PaymentProvider, { request, key, ageMs }: ProviderAttempt<RefundRequest>): Promise<RefundOutcome> {
  const found = ageMs < provider.keyLifetimeMs ? null : await provider.findRefund(request.reference, request.refundId)
  return found ?? provider.refund(request, key)
}

/** Gives back what was taken, or a part of it, once. */
@Controller()
export class RefundPaymentHandler {
  readonly #mover: MoneyMover

  constructor(@Inject(MoneyMover) mover: MoneyMover) {
    this.#mover = mover
  }

  @Subscribe(RefundPaymentV1, { effects: 'external', retry: UNTIL_DONE })
  async handle(data: RefundPaymentV1Data): Promise<Effect> {
    return this.#mover.move(REFUND, data)
  }
}
