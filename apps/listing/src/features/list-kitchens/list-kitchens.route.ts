import { Controller, Get, Inject, Query } from '@nestjs/common'
import { decodeCursor, JsonQuery, type Page, PAGE_PARAMETERS, pageOf } from '@prep/http'
import { Database } from '@prep/persistence'
import { KitchenRepository } from '../../persistence/kitchen-repository.ts'
import { type KitchenResource, KITCHENS, resourceOf } from '../kitchen-resource.ts'

interface ListQuery {
  limit: number
  cursor?: string
}
const schema = { type: 'object', additionalProperties: false, properties: PAGE_PARAMETERS }

/** `GET /api/v1/kitchens`: newest first, a page at a time. */
@Controller(KITCHENS)
export class ListKitchensRoute {
  readonly #database: Database
  readonly #kitchens: KitchenRepository

  constructor(@Inject(Database) database: Database, @Inject(KitchenRepository) kitchens: KitchenRepository) {
    this.#database = database
    this.#kitchens = kitchens
  }

  @Get()
  async list(@Query(JsonQuery<ListQuery>(schema)) query: ListQuery): Promise<Page<KitchenResource>> {
    const [before] = decodeCursor(query.cursor, ['uuid']) ?? []
    const kitchens = await this.#kitchens.list(this.#database, before as string | undefined, query.limit + 1)
    return pageOf(kitchens, query.limit, kitchen => [kitchen.id], resourceOf)
  }
}
