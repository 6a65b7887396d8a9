import { join } from 'node:path'
import { Command } from 'commander'
import { runProof } from './run-proof.ts'

const root = join(import.meta.dirname, '../../../..')

/** `./prep gitops verify`: tier 1 of the proof. */
export function gitopsVerifyCommand(): Command {
  return new Command('verify')
    .description('a real Kubernetes API on loopback, and the whole tree applied to it: strict dry-run, then really')
    .option('--json', 'print one JSON document a line instead of text')
    .action(verifyTree)
}

async function verifyTree({ json = false }: { json?: boolean }): Promise<void> {
  const { notShown, verify } = await import('../../../gitops/verify/verify.ts')
  const run = (steps: Parameters<typeof verify>[2]): Promise<unknown> => verify(root, join(root, '.prep/gitops-verify'), steps)
  await runProof({ held: 'The tree holds on a real Kubernetes API', cannotShow: 'What this cannot show', notShown, run }, json)
}
