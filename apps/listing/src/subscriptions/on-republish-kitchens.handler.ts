import { Controller, Inject } from '@nestjs/common'
import { KitchensRepublishedV1, RepublishKitchensV1, type RepublishKitchensV1Data } from '@prep/contracts'
import { MessageContext, Outbox, Subscribe } from '@prep/messaging'
import { kitchenEvent } from '../features/kitchen-event.ts'
import { KitchenRepository } from '../persistence/kitchen-repository.ts'

/** As the contract allows: so that a page stays far below what a message may weigh. */
const PAGE = 50

/** Tells one page of the kitchens again, for a service that rebuilds its picture of them. */
@Controller()
export class OnRepublishKitchens {
  readonly #kitchens: KitchenRepository
  readonly #outbox: Outbox

  constructor(@Inject(KitchenRepository) kitchens: KitchenRepository, @Inject(Outbox) outbox: Outbox) {
    this.#kitchens = kitchens
    this.#outbox = outbox
  }

  @Subscribe(RepublishKitchensV1)
  async handle({ rebuildId, requestedBy, after }: RepublishKitchensV1Data, { tx }: MessageContext<RepublishKitchensV1Data>): Promise<void> {
    const found = await this.#kitchens.listAfter(tx, after ?? undefined, PAGE + 1)
    const page = found.slice(0, PAGE)
    const next = found.length > PAGE ? (page.at(-1)?.id ?? null) : null
    const kitchens = page.map(kitchen => kitchenEvent(kitchen).data)
    await this.#outbox.publish(tx, KitchensRepublishedV1, { subject: rebuildId, data: { rebuildId, requestedBy, after, next, kitchens } })
  }
}
