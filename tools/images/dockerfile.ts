/** One instruction, its continued lines joined. */
export interface Instruction {
  readonly line: number
  /** In capitals: FROM, RUN ... */
  readonly name: string
  readonly text: string
}

/** A FROM and what follows it. */
export interface Stage {
  readonly name: string
  /** As written, with its arguments' defaults filled in. */
  readonly base: string
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  /** What stands before the first FROM. */
  readonly arguments: ReadonlyMap<string, string>
  readonly stages: readonly Stage[]
}

/** Reads a Dockerfile as far as the checks need it: no here-documents, no other escape sign than the backslash. */
export function parseDockerfile(text: string): Dockerfile {
  const all = instructionsIn(text)
  const first = all.findIndex(({ name }) => name === 'FROM')
  if (first < 0) throw new Error('A Dockerfile needs a FROM.')
  const before = new Map(all.slice(0, first).filter(({ name }) => name === 'ARG').map(({ text: argument }): [string, string] => {
    const [name = '', ...value] = argument.split('=')
    return [name, value.join('=')]
  }))
  return { arguments: before, stages: stagesIn(all.slice(first), before) }
}

function stagesIn(all: readonly Instruction[], known: ReadonlyMap<string, string>): Stage[] {
  const starts = all.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []))
  return starts.map((start, index) => {
    const [image = '', , name = String(index)] = (all[start]?.text ?? '').replace(/^--platform=\S+\s+/, '').split(/\s+/)
    const base = image.replaceAll(/\$\{?(\w+)\}?/g, (_, argument: string) => known.get(argument) ?? '')
    return { name, base, instructions: all.slice(start + 1, starts[index + 1]) }
  })
}

function instructionsIn(text: string): Instruction[] {
  const found: Instruction[] = []
  let open: { line: number, parts: string[] } | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    open ??= { line: index + 1, parts: [] }
    open.parts.push(line.replace(/\\$/, '').trim())
    if (line.endsWith('\\')) continue
    const [, name = '', rest = ''] = /^(\w+)\s*(.*)$/s.exec(open.parts.join(' ')) ?? []
    found.push({ line: open.line, name: name.toUpperCase(), text: rest })
    open = undefined
  }
  return found
}
