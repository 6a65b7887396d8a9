import { join } from 'node:path'
import { Part } from './part.ts'
import { connects } from './probe.ts'
import { ownVersion } from './repository.ts'
import type { ProcessRecords } from './process-record.ts'

export interface SandboxOptions {
  readonly home: string
  readonly records: ProcessRecords
  readonly repoRoot: string
  readonly port: number
}

/** The card provider on loopback: speaks the Stripe calls that we use. */
export function sandboxPart(options: SandboxOptions): Part {
  const known = { name: 'stripe-sandbox', version: ownVersion, ports: [options.port] }
  const stateFile = join(options.home, 'data', 'stripe-sandbox.json')
  const spec = {
    ...known,
    command: process.execPath,
    args: ['--max-semi-space-size=4', join(options.repoRoot, 'tools', 'sandbox', 'stripe', 'main.ts')],
    cwd: options.repoRoot,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(options.port), SANDBOX_STATE: stateFile },
    stopTimeoutMs: 5000,
    isReady: () => connects(options.port),
  }
  return new Part(known, () => spec, options.home, options.records)
}
