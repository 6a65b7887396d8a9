import { Inject, Injectable } from '@nestjs/common'
import { KitchenChangedV1 } from '@prep/contracts'
import { Outbox } from '@prep/messaging'
import { Database } from '@prep/persistence'
import { KitchenChanged } from '../../domain/errors.ts'
import { changeKitchen } from '../../domain/kitchen.ts'
import { type Kitchen, type KitchenDetails } from '../../domain/kitchen-details.ts'
import { KitchenRepository } from '../../persistence/kitchen-repository.ts'
import { kitchenEvent } from '../kitchen-event.ts'

@Injectable()
export class ChangeKitchen {
  readonly #database: Database
  readonly #kitchens: KitchenRepository
  readonly #outbox: Outbox

  constructor(@Inject(Database) database: Database, @Inject(KitchenRepository) kitchens: KitchenRepository, @Inject(Outbox) outbox: Outbox) {
    this.#database = database
    this.#kitchens = kitchens
    this.#outbox = outbox
  }

  /**
   * Replaces the details of a kitchen and tells of it; tells nothing when nothing changes.
   * @param expectedVersion the version that the caller has seen; undefined to change whatever is there
   * @returns undefined when there is no such kitchen
   * @throws KitchenRefused, KitchenChanged
   */
  run(id: string, details: KitchenDetails, expectedVersion?: number): Promise<Kitchen | undefined> {
    return this.#database.transaction(async tx => {
      const before = await this.#kitchens.findLocked(tx, id)
      if (!before) return undefined
      if (expectedVersion !== undefined && expectedVersion !== before.version) throw new KitchenChanged(before.version)
      const after = changeKitchen(before, details, new Date())
      if (after === before) return before
      await this.#kitchens.save(tx, after)
      await this.#outbox.publish(tx, KitchenChangedV1, kitchenEvent(after))
      return after
    })
  }
}
