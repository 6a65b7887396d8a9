import { Controller, Inject } from '@nestjs/common'
import { CheckComplianceV1, type CheckComplianceV1Data } from '@prep/contracts'
import { type MessageContext, type RetryPolicy, Subscribe } from '@prep/messaging'
import { COMPLIANCE_CONFIG, type ComplianceConfig } from '../compliance.config.ts'
import { CheckCompliance } from '../features/check-compliance/check-compliance.ts'
import { PublishDecision } from '../features/check-compliance/publish-decision.ts'

/** Tries for ten minutes, longer than the deadline lasts: an unknown kitchen ends as a rejection, not as a dead letter. */
const retry: RetryPolicy = { immediate: 2, delaysMs: [250, 250, 500, 1_000], maxAttempts: 600 }

@Controller()
export class OnCheckHandler {
  readonly #check: CheckCompliance
  readonly #publish: PublishDecision
  readonly #config: ComplianceConfig

  constructor(
    @Inject(CheckCompliance) check: CheckCompliance,
    @Inject(PublishDecision) publish: PublishDecision,
    @Inject(COMPLIANCE_CONFIG) config: ComplianceConfig,
  ) {
    this.#check = check
    this.#publish = publish
    this.#config = config
  }

  @Subscribe(CheckComplianceV1, { retry })
  async handle(data: CheckComplianceV1Data, context: MessageContext<CheckComplianceV1Data>): Promise<void> {
    const deadline = context.deadline ?? new Date(Date.parse(context.envelope.time) + this.#config.kitchenPatienceMs)
    const decision = await this.#check.run(context.tx, data, deadline)
    await this.#publish.run(context.tx, data, decision)
  }
}
