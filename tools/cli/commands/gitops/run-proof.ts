import { abortOnSignals } from '../../interrupt.ts'
import { stepRenderer } from '../../progress.ts'
import type { OnStep, Steps } from '../../../runtime/steps.ts'

export interface Proof {
  /** What holds when `run` comes to its end, as the beginning of a sentence. */
  readonly held: string
  /** Stands before the lines that say what this proof leaves open. */
  readonly cannotShow: string
  readonly notShown: readonly string[]
  readonly run: (steps: Steps) => Promise<unknown>
}

/** Runs a proof with its steps shown, or one JSON document a step; Ctrl-C ends it cleanly. @throws what `run` throws */
export async function runProof({ held, cannotShow, notShown, run }: Proof, json: boolean): Promise<void> {
  const { Steps } = await import('../../../runtime/steps.ts')
  const interrupt = abortOnSignals()
  const renderer = stepRenderer({ quiet: json })
  const onStep: OnStep = json ? (event) => void process.stdout.write(`${JSON.stringify(event)}\n`) : renderer.onStep
  const begun = performance.now()
  try {
    await run(new Steps(onStep, interrupt.signal))
  } finally {
    renderer.close()
    interrupt.release()
  }
  if (json) return
  process.stdout.write(`\n${held}: ${((performance.now() - begun) / 1000).toFixed(1)} s.\n${cannotShow}:\n${notShown.map((line) => `  ${line}\n`).join('')}`)
}
