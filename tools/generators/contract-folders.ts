/** Finds the contracts under libs/contracts/src and checks that folder and schema say the same. */
import { existsSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A contract's folder and what its schema says about it. */
export interface FoundContract {
  /** Absolute path of `<context>/<name>/v<version>`. */
  readonly folder: string
  readonly context: string
  readonly version: number
  /** Name of the exported const: `PaymentCapturedV1`. */
  readonly exportName: string
  readonly type: string
  readonly kind: 'event' | 'command'
  readonly topic: string
  readonly dataschema: string
  /** Name of the exported const of the version before, which `upcast.ts` starts from; undefined for version 1. */
  readonly previous: string | undefined
  readonly schema: Record<string, unknown>
}

/** A contract whose folder and schema contradict each other; code CONTRACT_LAYOUT. */
export class ContractLayoutError extends Error {
  readonly code = 'CONTRACT_LAYOUT'
}

/** All contracts below `root`, ordered by type. Throws ContractLayoutError naming folder and fault. */
export async function findContracts(root: string): Promise<FoundContract[]> {
  const found: FoundContract[] = []
  for await (const path of glob('*/*/v*/schema.json', { cwd: root })) {
    found.push(readContract(root, path.replaceAll('\\', '/'), await readFile(join(root, path), 'utf8')))
  }
  return found.sort((a, b) => (a.type < b.type ? -1 : 1))
}

function readContract(root: string, path: string, text: string): FoundContract {
  const [context, name, versionFolder] = path.split('/') as [string, string, string]
  const version = Number(versionFolder.slice(1))
  const schema = JSON.parse(text) as Record<string, unknown>
  const message = (schema['x-message'] ?? {}) as { type?: string; kind?: string; addressed?: boolean }
  const dataschema = `https://contracts.prep.dev/${context}/${name}/${versionFolder}`
  const fault = (what: string): never => {
    throw new ContractLayoutError(`${path}: ${what}`)
  }
  if (schema.$id !== dataschema) fault(`$id must be ${dataschema}`)
  if (typeof schema.title !== 'string') fault('title must be the exported name without its version')
  if (!message.type?.startsWith(`${context}.`)) fault(`x-message.type must start with '${context}.'`)
  if (!message.type?.endsWith(`.${versionFolder}`)) fault(`x-message.type must end with '.${versionFolder}'`)
  if (message.kind !== 'event' && message.kind !== 'command') return fault('x-message.kind must be event or command')
  if (message.addressed && message.kind !== 'command') fault('only a command is addressed to a service')
  if (version > 1) checkUpcaster(join(root, dirname(path)), version, fault)
  return {
    folder: join(root, dirname(path)),
    context,
    version,
    exportName: `${schema.title as string}V${version}`,
    type: message.type!,
    kind: message.kind,
    topic: `prep.${message.addressed ? '<service>' : context}.${message.kind}s`,
    dataschema,
    previous: version > 1 ? `${schema.title as string}V${version - 1}` : undefined,
    schema,
  }
}

/** A consumer of the newer version must be able to read the older one: messages of it are under way for weeks. */
function checkUpcaster(folder: string, version: number, fault: (what: string) => never): void {
  if (!existsSync(join(folder, `../v${version - 1}/schema.json`))) fault(`v${version - 1} must stay beside it`)
  if (!existsSync(join(folder, 'upcast.ts'))) fault(`upcast.ts must stand beside it, exporting upcast(data of v${version - 1})`)
}
