import { Controller, Inject } from '@nestjs/common'
import { KitchenChangedV1, type KitchenChangedV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { Kitchens } from '../persistence/kitchens.ts'

/** The projection keeps up with a kitchen. Bookings keep the name and the price they were made with. */
@Controller()
export class OnKitchenChanged {
  readonly #kitchens: Kitchens

  constructor(@Inject(Kitchens) kitchens: Kitchens) {
    this.#kitchens = kitchens
  }

  @Subscribe(KitchenChangedV1)
  async handle(data: KitchenChangedV1Data, { tx }: MessageContext<KitchenChangedV1Data>): Promise<void> {
    await this.#kitchens.project(tx, data)
  }
}
