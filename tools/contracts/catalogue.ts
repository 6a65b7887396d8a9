import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findContracts, type FoundContract } from '../generators/contract-folders.ts'
import { findParticipants, type Participants } from './participants.ts'

/** A contract of the working tree with all that stands in its folder, and who takes part. */
export interface CatalogueEntry extends FoundContract, Participants {
  /** `booking.slot-held` of `booking.slot-held.v1`. */
  readonly family: string
  /** Valid samples by file name. */
  readonly samples: Readonly<Record<string, unknown>>
  readonly readme: string
  /** Why no service here publishes it; undefined for what is published here. */
  readonly unpublished: string | undefined
}

/** All contracts below `root`, ordered by type. Throws ContractLayoutError. */
export async function readCatalogue(root: string): Promise<CatalogueEntry[]> {
  const contracts = await findContracts(join(root, 'libs/contracts/src'))
  const participants = findParticipants(root, contracts)
  return contracts.map((contract) => ({
    ...contract,
    ...(participants.get(contract.type) ?? { publishers: [], subscribers: [] }),
    family: contract.type.replace(/\.v\d+$/, ''),
    samples: validSamples(join(contract.folder, 'samples')),
    readme: textOf(join(contract.folder, 'README.md')),
    unpublished: (contract.schema['x-message'] as { unpublished?: string }).unpublished,
  }))
}

function validSamples(folder: string): Record<string, unknown> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^valid-.*\.json$/.test(name)).sort() : []
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown]))
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
