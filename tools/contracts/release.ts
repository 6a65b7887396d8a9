import { readCatalogue } from './catalogue.ts'
import { checkContracts } from './check.ts'
import type { Finding } from './findings.ts'
import { isReleased, readLock, released, writeLock } from './released-lock.ts'

/**
 * Writes the contracts below `root` into the lock, unless the check finds something.
 * @param only release these types; all when empty
 * @param retired types whose folder is gone and that nobody can meet any more
 * @returns what was found, or the types that are new or changed in the lock
 */
export async function releaseContracts(root: string, only: readonly string[] = [], retired: readonly string[] = []): Promise<{ findings: Finding[], added: string[] }> {
  const found = await checkContracts(root)
  const findings = found.filter(({ code, subject }) => !(code === 'CONTRACT_REMOVED' && retired.includes(subject)))
  if (findings.length > 0) return { findings, added: [] }
  const catalogue = (await readCatalogue(root)).filter(({ type }) => only.length === 0 || only.includes(type))
  const lock = readLock(root)
  const added = catalogue.filter((entry) => !isReleased(lock, entry)).map(({ type }) => type)
  writeLock(root, released(lock, catalogue, retired))
  return { findings, added }
}
