import { Controller, Inject } from '@nestjs/common'
import { KitchenChangedV1, type KitchenChangedV1Data } from '@prep/contracts'
import { type MessageContext, Subscribe } from '@prep/messaging'
import { KitchenProjection } from '../persistence/kitchen-projection.ts'

@Controller()
export class OnKitchenChangedHandler {
  readonly #kitchens: KitchenProjection

  constructor(@Inject(KitchenProjection) kitchens: KitchenProjection) {
    this.#kitchens = kitchens
  }

  @Subscribe(KitchenChangedV1)
  async handle(data: KitchenChangedV1Data, context: MessageContext<KitchenChangedV1Data>): Promise<void> {
    await this.#kitchens.apply(context.tx, data)
  }
}
