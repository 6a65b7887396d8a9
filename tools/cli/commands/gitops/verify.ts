import { join } from 'node:path'
import { Command } from 'commander'
import { abortOnSignals } from '../../interrupt.ts'
import { stepRenderer } from '../../progress.ts'
import type { OnStep } from '../../../runtime/steps.ts'

const root = join(import.meta.dirname, '../../../..')

/** `./prep gitops verify`: tier 1 of the proof. */
export function gitopsVerifyCommand(): Command {
  return new Command('verify')
    .description('a real Kubernetes API on loopback, and the whole tree applied to it: strict dry-run, then really')
    .option('--json', 'print one JSON document a line instead of text')
    .action(verifyTree)
}

async function verifyTree({ json = false }: { json?: boolean }): Promise<void> {
  const { Steps } = await import('../../../runtime/steps.ts')
  const { notShown, verify } = await import('../../../gitops/verify/verify.ts')
  const interrupt = abortOnSignals()
  const renderer = stepRenderer({ quiet: json })
  const onStep: OnStep = json ? (event) => void process.stdout.write(`${JSON.stringify(event)}\n`) : renderer.onStep
  const begun = performance.now()
  try {
    await verify(root, join(root, '.prep/gitops-verify'), new Steps(onStep, interrupt.signal))
  } finally {
    renderer.close()
    interrupt.release()
  }
  if (json) return
  process.stdout.write(`\nThe tree holds on a real Kubernetes API: ${((performance.now() - begun) / 1000).toFixed(1)} s.\nWhat this cannot show:\n${notShown.map((line) => `  ${line}\n`).join('')}`)
}
