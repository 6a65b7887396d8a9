import { Controller, Inject } from '@nestjs/common'
import { KitchenRegisteredV1, type KitchenRegisteredV1Data } from '@prep/contracts'
import { type MessageContext, Subscribe } from '@prep/messaging'
import { KitchenProjection } from '../persistence/kitchen-projection.ts'

@Controller()
export class OnKitchenRegisteredHandler {
  readonly #kitchens: KitchenProjection

  constructor(@Inject(KitchenProjection) kitchens: KitchenProjection) {
    this.#kitchens = kitchens
  }

  @Subscribe(KitchenRegisteredV1)
  async handle(data: KitchenRegisteredV1Data, context: MessageContext<KitchenRegisteredV1Data>): Promise<void> {
    await this.#kitchens.apply(context.tx, data)
  }
}
