import { Controller, Inject } from '@nestjs/common'
import { CapturePaymentV1, type CapturePaymentV1Data } from '@prep/contracts'
import { type Effect, Subscribe } from '@prep/messaging'
import { decideCapture } from '../../domain/decide-capture.ts'
import { captured, captureFailed, capturing } from '../../domain/payment.ts'
import { type CaptureOutcome, type CaptureRequest } from '../../domain/payment-provider.ts'
import { MoneyMover, type Movement } from '../money-mover.ts'
import { answerToCapture, captureFailedAnswer } from '../payment-answers.ts'
import { UNTIL_DONE } from '../retry-ladders.ts'

/** A capture needs no look-up once its key is forgotten: the provider takes an authorization once at most. */
const CAPTURE: Movement<CapturePaymentV1Data, CaptureRequest, CaptureOutcome> = {
  operation: 'capture',
  underWay: 'capturing',
  decide: decideCapture,
  begin: (payment, { amountMinor }) => capturing(payment, amountMinor),
  request: (_payment, reference, { amountMinor, currency }) => ({ reference, amountMinor, currency }),
  send: (provider, { request, key }) => provider.capture(request, key),
  after: (payment, outcome) => (outcome.kind === 'captured' ? captured(payment) : captureFailed(payment, outcome)),
  answer: answerToCapture,
  refusal: captureFailedAnswer,
}

/** Takes the reserved amount of a confirmed booking, once. There is no way back from here but a refund. */
@Controller()
export class CapturePaymentHandler {
  readonly #mover: MoneyMover

  constructor(@Inject(MoneyMover) mover: MoneyMover) {
    this.#mover = mover
  }

  @Subscribe(CapturePaymentV1, { effects: 'external', retry: UNTIL_DONE })
  async handle(data: CapturePaymentV1Data): Promise<Effect> {
    return this.#mover.move(CAPTURE, data)
  }
}
