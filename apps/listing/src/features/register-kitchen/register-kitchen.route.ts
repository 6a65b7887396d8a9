import { Body, Controller, Inject, Post, Req } from '@nestjs/common'
import { type Answer, created, idempotencyKeyOf, IdempotencyStore, JsonBody, requestHash } from '@prep/http'
import { Database, type Tx } from '@prep/persistence'
import type { FastifyRequest } from 'fastify'
import { detailsOf, type KitchenBody, kitchenBodySchema } from '../kitchen-body.ts'
import { etagOf, type KitchenResource, KITCHENS, resourceOf } from '../kitchen-resource.ts'
import { asProblem } from '../problems.ts'
import { RegisterKitchen } from './register-kitchen.ts'

/** `POST /api/v1/kitchens`: 201. With an Idempotency-Key a retry registers nothing again. */
@Controller(KITCHENS)
export class RegisterKitchenRoute {
  readonly #database: Database
  readonly #register: RegisterKitchen
  readonly #answers: IdempotencyStore

  constructor(@Inject(Database) database: Database, @Inject(RegisterKitchen) register: RegisterKitchen, @Inject(IdempotencyStore) answers: IdempotencyStore) {
    this.#database = database
    this.#register = register
    this.#answers = answers
  }

  @Post()
  register(@Body(JsonBody<KitchenBody>(kitchenBodySchema)) body: KitchenBody, @Req() request: FastifyRequest): Promise<Answer<KitchenResource>> {
    const work = async (tx: Tx) => {
      const kitchen = await this.#register.run(tx, detailsOf(body))
      return created(resourceOf(kitchen), `${KITCHENS}/${kitchen.id}`, { etag: etagOf(kitchen) })
    }
    if (request.headers['idempotency-key'] === undefined) return this.#database.transaction(work).catch(asProblem)
    const once = { key: idempotencyKeyOf(request), scope: `POST ${KITCHENS}`, requestHash: requestHash(body) }
    return this.#database.transaction(tx => this.#answers.run(tx, once, () => work(tx))).catch(asProblem)
  }
}
