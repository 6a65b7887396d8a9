import { Controller, Get, Inject, Param } from '@nestjs/common'
import { Answer, ResourceId, resourceUnknown } from '@prep/http'
import { Database } from '@prep/persistence'
import { KitchenRepository } from '../../persistence/kitchen-repository.ts'
import { etagOf, type KitchenResource, KITCHENS, resourceOf } from '../kitchen-resource.ts'

/** `GET /api/v1/kitchens/{id}`. */
@Controller(KITCHENS)
export class GetKitchenRoute {
  readonly #database: Database
  readonly #kitchens: KitchenRepository

  constructor(@Inject(Database) database: Database, @Inject(KitchenRepository) kitchens: KitchenRepository) {
    this.#database = database
    this.#kitchens = kitchens
  }

  @Get(':id')
  async get(@Param('id', ResourceId('kitchen')) id: string): Promise<Answer<KitchenResource>> {
    const kitchen = await this.#kitchens.find(this.#database, id)
    if (!kitchen) throw resourceUnknown('kitchen', id)
    return new Answer(200, resourceOf(kitchen), { etag: etagOf(kitchen) })
  }
}
