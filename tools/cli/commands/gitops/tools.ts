import { Command } from 'commander'
import { abortOnSignals } from '../../interrupt.ts'
import { stepRenderer } from '../../progress.ts'
import { table } from '../../table.ts'

/** `./prep gitops tools`: gets every tool of the proof, so that nothing has to be built when it is wanted. */
export function gitopsToolsCommand(): Command {
  return new Command('tools')
    .description('build Helm, kubeconform, promtool, a Kubernetes control plane and Argo CD, once, into the cache')
    .argument('[name...]', 'only these')
    .option('--json', 'print one JSON document instead of text')
    .action(buildTools)
}

async function buildTools(asked: readonly string[], { json = false }: { json?: boolean }): Promise<void> {
  const { Steps } = await import('../../../runtime/steps.ts')
  const { gitopsTools } = await import('../../../gitops/tools.ts')
  const { sidecarPatchProgram } = await import('../../../gitops/sidecar-patch/sidecar-patch.ts')
  const { toolNames } = await import('../../../gitops/tool-list.ts')
  const names = toolNames(asked)
  const interrupt = abortOnSignals()
  const renderer = stepRenderer({ quiet: json })
  try {
    let paths: Readonly<Record<string, string>> = {}
    await new Steps(renderer.onStep, interrupt.signal).run('tools', asked.length === 0 ? `all ${names.length} tools` : names.join(', '), async (progress) => {
      paths = await gitopsTools(names, progress, interrupt.signal)
      if (asked.length === 0) paths = { ...paths, 'sidecar-patch': await sidecarPatchProgram(progress, interrupt.signal) }
    })
    renderer.close()
    process.stdout.write(json ? `${JSON.stringify(paths, null, 2)}\n` : table(['tool', 'where'], Object.entries(paths)))
  } finally {
    renderer.close()
    interrupt.release()
  }
}
