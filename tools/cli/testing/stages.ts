import { InvalidArgumentError } from 'commander'

/** One stage of `./prep test`: a command, and how its outcome is counted. */
export interface Stage {
  readonly name: string
  readonly title: string
  /** Which program Node.js runs, relative to the repository's root, and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  /** `check`: one check, by the exit code. `tests`: counted by vitest, test by test. */
  readonly counts: 'check' | 'tests'
  /** Stages whose outcome this one stands on; they run first even under --only. */
  readonly needs: readonly string[]
  /** Gets what the stage stands on, where that may be missing; gives the reason to leave the stage out. */
  readonly reasonToSkip?: () => Promise<string | undefined>
}

const tsc = 'node_modules/typescript/bin/tsc'

function check(name: string, title: string, program: string, args: string[]): Stage {
  return { name, title, program, args, counts: 'check', needs: [] }
}

function tests(name: string, title: string, needs: string[] = []): Stage {
  return { name, title, program: 'node_modules/vitest/vitest.mjs', args: ['run', '--project', name], counts: 'tests', needs }
}

/** All stages, in the order in which they run. */
export const stages: readonly Stage[] = [
  check('build', 'Build', tsc, ['-b']),
  check('lint', 'Lint', 'node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
  check('types', 'Types', tsc, ['-p', 'tsconfig.check.json', '--noEmit']),
  tests('rules', 'Architecture rules'),
  tests('unit', 'Unit tests'),
  check('gitops-tools', 'Helm, kubeconform, promtool and amtool at hand', 'tools/cli/testing/prepare-gitops-tools.ts', []),
  tests('gitops', 'Charts and GitOps tree', ['gitops-tools']),
  check('parts', 'Kafka and the Dapr sidecar at hand', 'tools/cli/testing/prepare-parts.ts', []),
  tests('integration', 'Integration tests', ['parts']),
  { ...tests('pooled', 'Integration tests through PgBouncer'), reasonToSkip: pgbouncerIsMissing },
  tests('e2e', 'End-to-end tests', ['build', 'parts']),
]

async function pgbouncerIsMissing(): Promise<string | undefined> {
  const { pgbouncer, program } = await import('../../runtime/debian-package.ts')
  return program(pgbouncer).then(() => undefined, (error: Error) => error.message)
}

/** One name of `--only`. @throws InvalidArgumentError, naming those there are */
export function stageName(name: string): string {
  if (stages.some((stage) => stage.name === name)) return name
  throw new InvalidArgumentError(`There is no stage "${name}". There are: ${stages.map((stage) => stage.name).join(', ')}.`)
}

/** The stages to run for `--only`, with what they need, in order. */
export function chosenStages(only: readonly string[]): readonly Stage[] {
  if (only.length === 0) return stages
  const wanted = new Set(only.flatMap((name) => [name, ...(stages.find((stage) => stage.name === name)?.needs ?? [])]))
  return stages.filter(({ name }) => wanted.has(name))
}
