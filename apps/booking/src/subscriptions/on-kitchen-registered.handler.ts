import { Controller, Inject } from '@nestjs/common'
import { KitchenRegisteredV1, type KitchenRegisteredV1Data } from '@prep/contracts'
import { MessageContext, Subscribe } from '@prep/messaging'
import { Kitchens } from '../persistence/kitchens.ts'

/** The projection learns of a new kitchen. */
@Controller()
export class OnKitchenRegistered {
  readonly #kitchens: Kitchens

  constructor(@Inject(Kitchens) kitchens: Kitchens) {
    this.#kitchens = kitchens
  }

  @Subscribe(KitchenRegisteredV1)
  async handle(data: KitchenRegisteredV1Data, { tx }: MessageContext<KitchenRegisteredV1Data>): Promise<void> {
    await this.#kitchens.project(tx, data)
  }
}
