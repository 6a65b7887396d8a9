import { readCatalogue } from './catalogue.ts'
import { checkParticipants } from './check-participants.ts'
import { checkReleases } from './check-releases.ts'
import type { Finding } from './findings.ts'
import { staleFiles } from './generated-files.ts'
import { readLock } from './released-lock.ts'

/** All that is wrong with the contracts below `root`; empty when a release may follow. Throws ContractLayoutError. */
export async function checkContracts(root: string): Promise<Finding[]> {
  const catalogue = await readCatalogue(root)
  const stale = (await staleFiles(root)).map((path): Finding => ({
    code: 'CONTRACT_STALE', subject: path, pointer: '', message: 'It is not what its sources say.', advice: './prep contracts generate, and commit what it wrote.',
  }))
  return [...checkReleases(catalogue, readLock(root)), ...checkParticipants(catalogue), ...stale]
}
