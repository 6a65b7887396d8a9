/**
 * Writes `types.generated.ts` beside every contract's `schema.json`, and `all.generated.ts` over all of them.
 *
 *   node tools/generators/contract-types.ts           write what is missing or stale
 *   node tools/generators/contract-types.ts --check   write nothing; exit 1 and name what is stale
 */
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ContractLayoutError, findContracts, type FoundContract } from './contract-folders.ts'
import { indexSource, typesSource } from './contract-source.ts'

const CONTRACTS = join(dirname(fileURLToPath(import.meta.url)), '../../libs/contracts/src')

/** Every generated file with the text it should have; keys are absolute paths. Throws ContractLayoutError. */
export async function generatedFiles(root: string = CONTRACTS): Promise<Map<string, string>> {
  const contracts = await findContracts(root)
  const files = new Map<string, string>()
  for (const contract of contracts) {
    files.set(join(contract.folder, 'types.generated.ts'), await typesSource(contract, importsRoot(root, contract)))
  }
  files.set(join(root, 'all.generated.ts'), indexSource(root, contracts))
  return files
}

/** Paths, relative to `root`, of generated files that are missing or differ from what their schema says. */
export async function staleFiles(root: string = CONTRACTS): Promise<string[]> {
  const stale: string[] = []
  for (const [path, text] of await generatedFiles(root)) {
    const present = await readFile(path, 'utf8').catch(() => undefined)
    if (present !== text) stale.push(relative(root, path))
  }
  return stale
}

/** Writes what is stale; returns the paths written, relative to `root`. */
export async function generate(root: string = CONTRACTS): Promise<string[]> {
  const stale = await staleFiles(root)
  const files = await generatedFiles(root)
  for (const path of stale) await writeFile(join(root, path), files.get(join(root, path))!)
  return stale
}

function importsRoot(root: string, contract: FoundContract): string {
  return relative(contract.folder, root).replaceAll('\\', '/')
}

async function main(): Promise<number> {
  const check = process.argv.includes('--check')
  const stale = check ? await staleFiles() : await generate()
  if (check && stale.length > 0) {
    console.error(`Stale, run node tools/generators/contract-types.ts:\n${stale.map((path) => `  ${path}`).join('\n')}`)
    return 1
  }
  console.log(
    check ? 'Every generated contract file is up to date.' : `${stale.length} generated contract file(s) written.`,
  )
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error: unknown) => {
    if (!(error instanceof ContractLayoutError)) throw error
    console.error(error.message)
    return 1
  })
}
