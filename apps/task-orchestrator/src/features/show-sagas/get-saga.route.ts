import { Controller, Get, Inject, Param } from '@nestjs/common'
import { ResourceId, resourceUnknown } from '@prep/http'
import { SagaReader } from '@prep/saga'
import { detailsOf, SAGAS } from './saga-resource.ts'

/** `GET /api/v1/sagas/{id}`: one instance with its steps and history. */
@Controller(SAGAS)
export class GetSagaRoute {
  readonly #sagas: SagaReader

  constructor(@Inject(SagaReader) sagas: SagaReader) {
    this.#sagas = sagas
  }

  @Get(':id')
  async get(@Param('id', ResourceId('saga')) id: string) {
    const found = await this.#sagas.byId(id)
    if (found === undefined) throw resourceUnknown('saga', id)
    return detailsOf(found)
  }
}
