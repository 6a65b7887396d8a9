import { Controller, Get, Inject, Query } from '@nestjs/common'
import { JsonQuery } from '@prep/http'
import { SagaReader } from '@prep/saga'
import { resourceOf, SAGAS } from './saga-resource.ts'

interface ListQuery {
  key: string
}
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: { key: { type: 'string', minLength: 1, maxLength: 200 } },
}

/** `GET /api/v1/sagas?key=`: the sagas about one thing, for example a booking's id; the newest first. */
@Controller(SAGAS)
export class ListSagasRoute {
  readonly #sagas: SagaReader

  constructor(@Inject(SagaReader) sagas: SagaReader) {
    this.#sagas = sagas
  }

  @Get()
  async list(@Query(JsonQuery<ListQuery>(schema)) { key }: ListQuery) {
    return (await this.#sagas.byKey(key)).map(resourceOf)
  }
}
