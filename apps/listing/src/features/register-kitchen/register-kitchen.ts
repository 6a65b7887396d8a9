import { Inject, Injectable } from '@nestjs/common'
import { KitchenRegisteredV1 } from '@prep/contracts'
import { Outbox } from '@prep/messaging'
import { type Tx } from '@prep/persistence'
import { v7 as uuidv7 } from 'uuid'
import { registerKitchen } from '../../domain/kitchen.ts'
import { type Kitchen, type KitchenDetails } from '../../domain/kitchen-details.ts'
import { KitchenRepository } from '../../persistence/kitchen-repository.ts'
import { kitchenEvent } from '../kitchen-event.ts'

/** Registers a kitchen and tells of it, in the caller's transaction. */
@Injectable()
export class RegisterKitchen {
  readonly #kitchens: KitchenRepository
  readonly #outbox: Outbox

  constructor(@Inject(KitchenRepository) kitchens: KitchenRepository, @Inject(Outbox) outbox: Outbox) {
    this.#kitchens = kitchens
    this.#outbox = outbox
  }

  /** @throws KitchenRefused */
  async run(tx: Tx, details: KitchenDetails): Promise<Kitchen> {
    const kitchen = registerKitchen(uuidv7(), details, new Date())
    await this.#kitchens.add(tx, kitchen)
    await this.#outbox.publish(tx, KitchenRegisteredV1, kitchenEvent(kitchen))
    return kitchen
  }
}
