import type { CatalogueEntry } from '../contracts/catalogue.ts'
import { GeneratorError } from './errors.ts'

/** The contract of this type, if a service publishes it. @throws GeneratorError GEN_MESSAGE_UNKNOWN, GEN_UNPUBLISHED */
export function publishedContract(catalogue: readonly CatalogueEntry[], type: string): CatalogueEntry {
  const contract = catalogue.find((entry) => entry.type === type)
  if (!contract) throw new GeneratorError('GEN_MESSAGE_UNKNOWN', `'${type}'. ./prep contracts list has them all; ./prep new event makes a new one.`)
  const isPublished = catalogue.some(({ family, publishers, unpublished, version }) => family === contract.family && version <= contract.version && (publishers.length > 0 || unpublished !== undefined))
  if (!isPublished) throw new GeneratorError('GEN_UNPUBLISHED', `Publish ${type} first: outbox.publish(tx, ${contract.exportName}, ...)`)
  return contract
}
