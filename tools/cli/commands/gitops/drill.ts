import { join } from 'node:path'
import { Command } from 'commander'
import { runProof } from './run-proof.ts'

const root = join(import.meta.dirname, '../../../..')

/** `./prep gitops drill`: tier 2 of the proof. */
export function gitopsDrillCommand(): Command {
  return new Command('drill')
    .description('a real Argo CD on a real Kubernetes API, over a git repository made from this tree: sync, drift, promotion, rollback, refusals')
    .option('--json', 'print one JSON document a line instead of text')
    .action(runDrill)
}

async function runDrill({ json = false }: { json?: boolean }): Promise<void> {
  const { drill, notShown } = await import('../../../gitops/drill/drill.ts')
  const run = (steps: Parameters<typeof drill>[2]): Promise<unknown> => drill(root, join(root, '.prep/gitops-drill'), steps)
  await runProof({ held: 'The drill held', cannotShow: 'What it cannot show', notShown, run }, json)
}
