import { styleText } from 'node:util'

interface CodedError extends Error {
  readonly code?: string
  readonly detail?: string
}

/** Tells a failure on standard error: its code, what happened, what to do, and the tail of a log. Returns the exit code. */
export function reportError(error: unknown, { json }: { json: boolean }): number {
  const { code, message, detail, stack } = error as CodedError
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { code: code ?? 'CLI_UNEXPECTED', message, ...(detail === undefined ? {} : { detail }) } })}\n`)
  } else {
    const known = code !== undefined && /^[A-Z]+_/.test(code) && !code.startsWith('ERR_')
    const text = known ? `${code}: ${message}` : (stack ?? message)
    process.stderr.write(`\n${styleText('red', 'prep:')} ${text}\n`)
    if (detail !== undefined && detail !== '') process.stderr.write(`${indent(detail)}\n`)
  }
  return code === 'RT_INTERRUPTED' ? 130 : 1
}

function indent(text: string): string {
  return text.split('\n').map((line) => `    ${line}`).join('\n')
}
