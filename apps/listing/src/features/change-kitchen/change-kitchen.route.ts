import { Body, Controller, Headers, Inject, Param, Put } from '@nestjs/common'
import { Answer, httpError, JsonBody, ResourceId, resourceUnknown } from '@prep/http'
import { detailsOf, type KitchenBody, kitchenBodySchema } from '../kitchen-body.ts'
import { etagOf, type KitchenResource, KITCHENS, resourceOf } from '../kitchen-resource.ts'
import { asProblem } from '../problems.ts'
import { ChangeKitchen } from './change-kitchen.ts'

/** `PUT /api/v1/kitchens/{id}`: the whole kitchen; 412 when `If-Match` names another version than the current one. */
@Controller(KITCHENS)
export class ChangeKitchenRoute {
  readonly #change: ChangeKitchen

  constructor(@Inject(ChangeKitchen) change: ChangeKitchen) {
    this.#change = change
  }

  @Put(':id')
  async change(
    @Param('id', ResourceId('kitchen')) id: string,
    @Body(JsonBody<KitchenBody>(kitchenBodySchema)) body: KitchenBody,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Answer<KitchenResource>> {
    const kitchen = await this.#change.run(id, detailsOf(body), versionOf(ifMatch)).catch(asProblem)
    if (!kitchen) throw resourceUnknown('kitchen', id)
    return new Answer(200, resourceOf(kitchen), { etag: etagOf(kitchen) })
  }
}

function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined
  const version = /^"(\d{1,9})"$/.exec(ifMatch.trim())?.[1]
  if (version !== undefined) return Number(version)
  const errors = [{ header: 'If-Match', code: 'format', detail: 'must be one entity tag, as ETag gave it' }]
  throw httpError('HTTP_BAD_REQUEST', 'If-Match must be the ETag of the kitchen, for example "3".', { errors })
}
