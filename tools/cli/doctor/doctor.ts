import { styleText } from 'node:util'
import { findings, type Finding } from './findings.ts'

const marks = {
  found: () => styleText('green', '✔'),
  missing: () => styleText('red', '✖'),
  optional: () => styleText('dim', '·'),
} as const

/** Needs no npm package: it has to run on a machine that lacks them all. */
export async function doctor({ json }: { json: boolean }): Promise<void> {
  const found = await findings()
  const missing = found.filter(({ state }) => state === 'missing')
  if (missing.length > 0) process.exitCode = 1
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: missing.length === 0, findings: found }, null, 2)}\n`)
    return
  }
  process.stdout.write(found.map(asLine).join(''))
  process.stdout.write(missing.length === 0 ? '\nAll that ./prep up needs is here, or it gets it itself.\n' : `\n${missing.length} missing; the commands above get them.\n`)
}

function asLine({ name, state, detail, command }: Finding): string {
  const advice = command === undefined ? '' : `\n      get it: ${styleText('bold', command)}`
  return `  ${marks[state]()} ${name.padEnd(16)} ${detail}${advice}\n`
}
