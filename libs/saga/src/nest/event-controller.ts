import { Controller, Inject, type Type } from '@nestjs/common'
import { type Contract } from '@prep/contracts'
import { type MessageContext, Subscribe } from '@prep/messaging'
import { SagaEngine } from '../engine/saga-engine.ts'

/** Makes a controller that hears one contract for all sagas: a type has one handler in a service. */
export function eventController(contract: Contract<unknown>): Type {
  class SagaEventController {
    readonly engine: SagaEngine

    constructor(engine: SagaEngine) {
      this.engine = engine
    }

    async handle(data: unknown, { envelope, tx }: MessageContext<unknown>): Promise<void> {
      const { id, correlationid: correlationId, tenantid: tenantId, causationid: causationId } = envelope
      await this.engine.handle(tx, contract, data, { id, correlationId, tenantId, causationId })
    }
  }
  Inject(SagaEngine)(SagaEventController, undefined, 0)
  const descriptor = Object.getOwnPropertyDescriptor(SagaEventController.prototype, 'handle') as PropertyDescriptor
  Subscribe(contract)(SagaEventController.prototype, 'handle', descriptor)
  Controller()(SagaEventController)
  Object.defineProperty(SagaEventController, 'name', { value: `SagaEventController ${contract.type}` })
  return SagaEventController
}
