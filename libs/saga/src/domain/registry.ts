import type { Contract } from '@prep/contracts'
import { definitionDuplicate, definitionUnknown } from '../errors.ts'
import { checkDefinition } from './check-definition.ts'
import type { SagaDefinition } from './definition.ts'
import { answersTo, heardBy } from './heard.ts'

/** All definitions of a process, by name and version. Makes sure at start that each of them can work. */
export class SagaRegistry {
  readonly #definitions: readonly SagaDefinition[]
  readonly #answers: ReadonlySet<string>

  /** Throws SAGA_DEFINITION_INVALID or SAGA_DEFINITION_DUPLICATE. */
  constructor(definitions: readonly SagaDefinition[]) {
    definitions.forEach(checkDefinition)
    for (const [index, { name, version }] of definitions.entries()) {
      const first = definitions.findIndex(other => other.name === name && other.version === version)
      if (first !== index) throw definitionDuplicate(name, version)
    }
    this.#definitions = definitions
    this.#answers = new Set(definitions.flatMap(answersTo).map(({ type }) => type))
  }

  /** The version that a running instance keeps. Throws SAGA_DEFINITION_UNKNOWN. */
  definition(name: string, version: number): SagaDefinition {
    const versions = this.#definitions.filter(candidate => candidate.name === name)
    const found = versions.find(candidate => candidate.version === version)
    if (found !== undefined) return found
    const known = versions.map(candidate => candidate.version)
    throw definitionUnknown(name, version, known)
  }

  /** The definitions that an event begins: of each saga the newest version only. */
  startedBy(type: string): SagaDefinition[] {
    const newest = new Map<string, SagaDefinition>()
    for (const each of this.#definitions) {
      if (each.version > (newest.get(each.name)?.version ?? 0)) newest.set(each.name, each)
    }
    return [...newest.values()].filter(each => each.start?.contract.type === type)
  }

  /** Whether an event of this type can answer a command of any saga. */
  isAnswer(type: string): boolean {
    return this.#answers.has(type)
  }

  /** Every event that any definition hears, once. */
  contracts(): Contract<unknown>[] {
    const heard = this.#definitions.flatMap(heardBy)
    return [...new Map(heard.map(contract => [contract.type, contract])).values()]
  }
}
