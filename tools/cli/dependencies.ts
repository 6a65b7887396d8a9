import { installNodeModules, nodeModulesAreCurrent } from '../runtime/node-modules.ts'
import { Steps } from '../runtime/steps.ts'
import { abortOnSignals } from './interrupt.ts'
import { stepRenderer } from './progress.ts'

export function dependenciesAreInstalled(root: string): boolean {
  return nodeModulesAreCurrent(root)
}

/** npm ci, with its progress to be seen. */
export async function installDependencies(root: string, { quiet }: { quiet: boolean }): Promise<void> {
  const renderer = stepRenderer({ quiet, stream: process.stderr })
  const interrupt = abortOnSignals()
  try {
    const steps = new Steps(renderer.onStep, interrupt.signal)
    await steps.run('dependencies', 'npm packages', (progress) => installNodeModules(root, progress, interrupt.signal))
  } finally {
    interrupt.release()
    renderer.close()
  }
}
