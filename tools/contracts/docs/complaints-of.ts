import { Parser } from '@asyncapi/parser'

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const

/** What the official AsyncAPI parser has to say against a document, one line each; empty when it accepts it as it is. */
export async function complaintsOf(document: string): Promise<string[]> {
  const { document: parsed, diagnostics } = await new Parser().parse(document)
  const lines = diagnostics.map(({ severity, message, path }) => `${SEVERITIES[severity] ?? severity} at ${path.join('.') || 'the top'}: ${message}`)
  return parsed === undefined && lines.length === 0 ? ['error at the top: the parser gave no document'] : lines
}
