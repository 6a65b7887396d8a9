import { Controller, Inject } from '@nestjs/common'
import { KitchensRepublishedV1, type KitchensRepublishedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { KitchenProjection } from '../persistence/kitchen-projection.ts'

/** A page of kitchens for a rebuild of the projection; other services ask for pages of their own. */
@Controller()
export class OnKitchensRepublishedHandler {
  readonly #kitchens: KitchenProjection

  constructor(@Inject(KitchenProjection) kitchens: KitchenProjection) {
    this.#kitchens = kitchens
  }

  @Subscribe(KitchensRepublishedV1, { replayable: true, sideBySide: false })
  async handle(data: KitchensRepublishedV1Data, context: MessageContext<KitchensRepublishedV1Data>): Promise<void> {
    if (data.requestedBy === 'compliance') await this.#kitchens.takePage(context, data)
  }
}
