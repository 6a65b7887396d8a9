import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Who publishes a message and who handles it: names of services, in order of the alphabet. */
export interface Participants {
  readonly publishers: readonly string[]
  readonly subscribers: readonly string[]
}

/** What one file does with contracts, by the names of their exported consts. */
export interface FileUses { readonly publishes: ReadonlySet<string>, readonly subscribes: ReadonlySet<string> }

/** Calls and properties whose contract is one that the service hears: `@Subscribe(...)`, the words of a saga, messaging's own handlers. */
const HEARS = new Set(['handlerOf', 'Subscribe', 'startedBy', 'when', 'whenRefused', 'waitFor', 'answeredBy'])
/** Libraries that take part on behalf of the service that uses them. */
const ACTING_LIBRARIES = ['messaging', 'saga']

/** What the scan knows of a contract. */
export interface NamedContract { readonly exportName: string, readonly type: string, readonly kind: 'event' | 'command', readonly context: string }

/**
 * Finds who publishes and who handles each contract in the sources of apps/, which name contracts only by their consts:
 * what is given to @Subscribe or to a saga's listening words is handled; any other use as a value publishes, unless the
 * file handles that contract (a handler may look at its own), or it is an event of another context than the service's.
 */
export function findParticipants(root: string, contracts: readonly NamedContract[]): Map<string, Participants> {
  const named = new Map(contracts.map((contract) => [contract.exportName, contract]))
  const found = new Map([...contracts].sort((a, b) => (a.type < b.type ? -1 : 1)).map(({ exportName }) => [exportName, { publishers: new Set<string>(), subscribers: new Set<string>() }]))
  const libraries = new Map(ACTING_LIBRARIES.map((name) => [name, usesIn(join(root, 'libs', name, 'src'), named)]))
  for (const service of servicesOf(root)) {
    const source = join(root, 'apps', service, 'src')
    const context = contextOf(root, service)
    const own = usesIn(source, named).map(({ publishes, subscribes }) => ({ subscribes, publishes: [...publishes].filter((name) => mayPublish(named.get(name), context)) }))
    const used = ACTING_LIBRARIES.filter((name) => importsLibrary(source, name))
    for (const { publishes, subscribes } of [...own, ...used.flatMap((name) => libraries.get(name) ?? [])]) {
      for (const name of publishes) found.get(name)?.publishers.add(service)
      for (const name of subscribes) found.get(name)?.subscribers.add(service)
    }
  }
  return new Map([...found].map(([name, { publishers, subscribers }]) => [named.get(name)?.type as string, { publishers: [...publishers].sort(), subscribers: [...subscribers].sort() }]))
}

/** Facts are told by the service that owns them; a command may come from anywhere. */
function mayPublish(contract: NamedContract | undefined, context: string | undefined): boolean {
  return contract?.kind === 'command' || contract?.context === context
}

/** The bounded context of a service, from its tag `context:<name>`. */
function contextOf(root: string, service: string): string | undefined {
  const { nx } = JSON.parse(readFileSync(join(root, 'apps', service, 'package.json'), 'utf8')) as { nx?: { tags?: string[] } }
  return nx?.tags?.find((tag) => tag.startsWith('context:'))?.slice('context:'.length)
}

function servicesOf(root: string): string[] {
  return readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts'))).sort()
}

/** What each file under a folder does; tests and fixtures are left out. */
function usesIn(folder: string, named: ReadonlyMap<string, unknown>): FileUses[] {
  return sourcesOf(folder).map((path) => usesOf(readFileSync(path, 'utf8'), named))
}

function importsLibrary(folder: string, library: string): boolean {
  return sourcesOf(folder).some((path) => readFileSync(path, 'utf8').includes(`'@prep/${library}'`))
}

function sourcesOf(folder: string): string[] {
  return globSync('**/*.ts', { cwd: folder }).filter((path) => !/\.(test|fixture|generated)\.ts$|(^|\/)tests\//.test(path)).sort().map((path) => join(folder, path))
}

export function usesOf(text: string, named: ReadonlyMap<string, unknown>): FileUses {
  const publishes = new Set<string>()
  const subscribes = new Set<string>()
  if (text.includes('@prep/contracts')) {
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return
      if (ts.isIdentifier(node) && named.has(node.text)) (isHeard(node) ? subscribes : publishes).add(node.text)
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true))
  }
  return { publishes: new Set([...publishes].filter((topic) => !subscribes.has(topic))), subscribes }
}

/** Whether the nearest call or property around a contract, lists left out, is one that hears. */
function isHeard(node: ts.Node): boolean {
  let around = node.parent
  while (ts.isArrayLiteralExpression(around) || ts.isConditionalExpression(around)) around = around.parent
  if (ts.isPropertyAssignment(around)) return HEARS.has(around.name.getText())
  if (!ts.isCallExpression(around)) return false
  const { expression } = around
  return HEARS.has(ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText())
}
