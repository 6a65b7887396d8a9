import ts from 'typescript'
import { GeneratorError } from './errors.ts'

/** The text of a module, or of a list of subscriptions, with one more class imported and listed. Throws GEN_PLACE_UNKNOWN. */
export function withController(text: string, { name, specifier, path }: { name: string, specifier: string, path: string }): string {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const list = listIn(source)
  const imports = source.statements.filter(ts.isImportDeclaration)
  const last = imports.at(-1)
  if (!list || !last) throw new GeneratorError('GEN_PLACE_UNKNOWN', `${path} has no controllers: [...] and no subscriptions = [...]`)
  const before = imports.filter((one) => specifierOf(one) < specifier && specifierOf(one).startsWith('./')).at(-1) ?? last
  const listed = listWith(list.getText(), name)
  const line = `\nimport { ${name} } from '${specifier}'`
  return `${text.slice(0, before.end)}${line}${text.slice(before.end, list.getStart())}${listed}${text.slice(list.end)}`
}

function specifierOf({ moduleSpecifier }: ts.ImportDeclaration): string {
  return (moduleSpecifier as ts.StringLiteral).text
}

/** The array of `controllers: [...]` or of `subscriptions = [...]`. */
function listIn(source: ts.SourceFile): ts.ArrayLiteralExpression | undefined {
  let found: ts.ArrayLiteralExpression | undefined
  const visit = (node: ts.Node): void => {
    const isNamed = (ts.isPropertyAssignment(node) && node.name.getText() === 'controllers') || (ts.isVariableDeclaration(node) && node.name.getText() === 'subscriptions')
    if (isNamed && node.initializer && ts.isArrayLiteralExpression(node.initializer)) found ??= node.initializer
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function listWith(list: string, name: string): string {
  const inside = list.slice(1, -1)
  if (!inside.includes('\n')) return `[${[inside.trim(), name].filter(Boolean).join(', ')}]`
  const indent = /\n([ \t]+)\S/.exec(inside)?.[1] ?? '  '
  return `[${inside.trimEnd()}\n${indent}${name},${/\n[ \t]*$/.exec(inside)?.[0] ?? '\n'}]`
}
