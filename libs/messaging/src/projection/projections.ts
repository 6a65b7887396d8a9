import { type Database } from '@prep/persistence'
import { MessagingError } from '../errors.ts'
import { Projection, type ProjectionDefinition } from './projection.ts'

/** The projections of a service, by name. Injectable where `MessagingModule` is. */
export class Projections {
  readonly #database: Database
  readonly #byName = new Map<string, Projection<never>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Call it once, where the projection's tables are written. @throws MessagingError MSG_CONFIG_INVALID for a second one of a name */
  define<T>(definition: ProjectionDefinition<T>): Projection<T> {
    if (this.#byName.has(definition.name)) throw new MessagingError('MSG_CONFIG_INVALID', { detail: `two projections are named ${definition.name}` })
    const projection = new Projection(this.#database, definition)
    this.#byName.set(definition.name, projection as Projection<never>)
    return projection
  }

  find(name: string): Projection<never> | undefined {
    return this.#byName.get(name)
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0
  }
}
