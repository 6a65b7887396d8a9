import { join } from 'node:path'
import { Command } from 'commander'
import { abortOnSignals } from '../../interrupt.ts'
import { stepRenderer } from '../../progress.ts'
import type { OnStep } from '../../../runtime/steps.ts'

const root = join(import.meta.dirname, '../../../..')

/** `./prep gitops drill`: tier 2 of the proof. */
export function gitopsDrillCommand(): Command {
  return new Command('drill')
    .description('a real Argo CD on a real Kubernetes API, over a git repository made from this tree: sync, drift, promotion, rollback, refusals')
    .option('--json', 'print one JSON document a line instead of text')
    .action(runDrill)
}

async function runDrill({ json = false }: { json?: boolean }): Promise<void> {
  const { Steps } = await import('../../../runtime/steps.ts')
  const { drill, notShown } = await import('../../../gitops/drill/drill.ts')
  const interrupt = abortOnSignals()
  const renderer = stepRenderer({ quiet: json })
  const onStep: OnStep = json ? (event) => void process.stdout.write(`${JSON.stringify(event)}\n`) : renderer.onStep
  const begun = performance.now()
  try {
    await drill(root, join(root, '.prep/gitops-drill'), new Steps(onStep, interrupt.signal))
  } finally {
    renderer.close()
    interrupt.release()
  }
  if (json) return
  process.stdout.write(`\nThe drill held: ${((performance.now() - begun) / 1000).toFixed(1)} s.\nWhat it cannot show:\n${notShown.map((line) => `  ${line}\n`).join('')}`)
}
