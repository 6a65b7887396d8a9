import { type Dockerfile, type Instruction, parseDockerfile, type Stage } from './dockerfile.ts'

export interface DockerfileRule {
  readonly name: string
  /** Why, in a sentence. */
  readonly comment: string
  /** Whatever breaks it, as people read it; nothing: kept. */
  readonly broken: (file: Dockerfile, last: Stage) => string[]
}

const of = (stage: Stage, ...names: string[]): Instruction[] => stage.instructions.filter(({ name }) => names.includes(name))
const everywhere = (file: Dockerfile, ...names: string[]): Instruction[] => file.stages.flatMap((stage) => of(stage, ...names))
const at = ({ line, name, text }: Instruction): string => `line ${line}: ${name} ${text}`

export const dockerfileRules: readonly DockerfileRule[] = [
  {
    name: 'base-images-have-a-version',
    comment: 'A base without a tag, or with latest, is another one tomorrow.',
    broken: (file) => file.stages.filter(({ base }) => !file.stages.some(({ name }) => name === base) && !/(:(?!latest\b)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(base)).map(({ name, base }) => `stage ${name}: FROM ${base}`),
  },
  {
    name: 'runtime-is-distroless',
    comment: 'What runs has no shell and no package manager.',
    broken: (_file, last) => (/\/distroless\//.test(last.base) ? [] : [`FROM ${last.base}`]),
  },
  {
    name: 'runtime-is-not-root',
    comment: 'The last USER is a number other than 0: Kubernetes cannot know whom a name means.',
    broken: (_file, last) => (/^[1-9]\d*(:[1-9]\d*)?$/.test(of(last, 'USER').at(-1)?.text ?? '') ? [] : [`USER ${of(last, 'USER').at(-1)?.text ?? 'is not set'}`]),
  },
  {
    name: 'runtime-only-copies-what-was-pruned',
    comment: 'Nothing runs in the last stage, and nothing comes into it but what the build stage pruned.',
    broken: (_file, last) => [...of(last, 'RUN', 'ADD'), ...of(last, 'COPY').filter(({ text }) => !/^--from=build (--\S+ )*\/out\b/.test(text))].map(at),
  },
  {
    name: 'build-prunes-to-one-app',
    comment: 'Nx builds the one app, and prune-app leaves out all that it does not need.',
    broken: (file) => ['nx build', 'prune-app.ts "${APP}" /out'].filter((wanted) => !everywhere(file, 'RUN').some(({ text }) => text.includes(wanted))).map((wanted) => `no RUN with ${wanted}`),
  },
  {
    name: 'packages-come-from-the-lock',
    comment: 'npm ci, without the scripts of packages; npm install would look for newer ones.',
    broken: (file) => everywhere(file, 'RUN').filter(({ text }) => /\bnpm (install|i|update)\b/.test(text) || (/\bnpm ci\b/.test(text) && !text.includes('--ignore-scripts'))).map(at),
  },
  {
    name: 'nothing-from-the-network-but-packages',
    comment: 'No ADD of an address, no curl, no package manager of the system: none of them is pinned.',
    broken: (file) => [...everywhere(file, 'ADD'), ...everywhere(file, 'RUN').filter(({ text }) => /\b(curl|wget|apt-get|apk|pip|git clone)\b/.test(text))].map(at),
  },
  {
    name: 'no-secret-in-an-image',
    comment: 'An ARG or ENV stays readable in the image: secrets come at run time.',
    broken: (file) => everywhere(file, 'ARG', 'ENV').filter(({ text }) => /(PASSWORD|SECRET|TOKEN|API_KEY|PRIVATE|CREDENTIAL)/i.test(text)).map(at),
  },
  {
    name: 'starts-without-a-shell',
    comment: 'CMD and ENTRYPOINT in brackets: a shell would not hand on SIGTERM, and there is none.',
    broken: (file) => everywhere(file, 'CMD', 'ENTRYPOINT').filter(({ text }) => !/^\[.*\]$/.test(text)).map(at),
  },
  {
    name: 'same-bytes-same-layer',
    comment: 'File times come from SOURCE_DATE_EPOCH, or two builds of one commit differ.',
    broken: (file) => (everywhere(file, 'RUN').some(({ text }) => text.includes('touch') && text.includes('SOURCE_DATE_EPOCH')) ? [] : ['no RUN sets the times of files']),
  },
  {
    name: 'sources-come-after-packages',
    comment: 'The layer of packages must not change with each source file.',
    broken: (file) => file.stages.filter((stage) => of(stage, 'RUN').some(({ text }) => text.includes('npm ci')) && of(stage, 'COPY').some(({ text }) => /^\. /.test(text))).map(({ name }) => `stage ${name}`),
  },
]

/** Every rule that a Dockerfile breaks, as "rule: what breaks it". */
export function brokenDockerfileRules(text: string): string[] {
  const file = parseDockerfile(text)
  const last = file.stages.at(-1) as Stage
  return dockerfileRules.flatMap((rule) => rule.broken(file, last).map((what) => `${rule.name}: ${what}`))
}
