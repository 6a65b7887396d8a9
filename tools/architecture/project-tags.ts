import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The part of Nx's project graph that the tag rules need. */
export interface ProjectGraph {
  nodes: Record<string, { data: { tags?: string[] } }>
  dependencies: Record<string, { target: string }[]>
}

/** Which kind of project may know which. Production code knows libraries only; tests and tools may know more. */
const mayKnow: Record<string, string[]> = {
  'type:app': ['type:lib', 'type:testing', 'type:tool'], // tests beside the code; production imports are held by the import rules
  'type:lib': ['type:lib', 'type:testing', 'type:tool'],
  'type:testing': ['type:lib', 'type:tool'],
  'type:tool': ['type:lib', 'type:tool', 'type:testing'],
  'type:e2e': ['type:lib', 'type:testing', 'type:tool'],
}

/** Which context an app belongs to; a scope for a library. Every project names one kind, apps a context, libraries a scope. */
export function brokenTags(graph: ProjectGraph): string[] {
  const tagsOf = (name: string): string[] => graph.nodes[name]?.data.tags ?? []
  const kindOf = (name: string): string => tagsOf(name).find((tag) => tag.startsWith('type:')) ?? 'none'
  const broken: string[] = []
  for (const name of Object.keys(graph.nodes)) {
    const kind = kindOf(name)
    if (!(kind in mayKnow)) broken.push(`${name} has no type tag`)
    if (kind === 'type:app' && !tagsOf(name).some((tag) => tag.startsWith('context:'))) broken.push(`${name} has no context tag`)
    if (kind === 'type:lib' && !tagsOf(name).some((tag) => tag.startsWith('scope:'))) broken.push(`${name} has no scope tag`)
    for (const { target } of graph.dependencies[name] ?? []) {
      if (target in graph.nodes && !mayKnow[kind]?.includes(kindOf(target))) broken.push(`${name} (${kind}) knows ${target} (${kindOf(target)})`)
    }
  }
  return broken
}

/** Asks Nx for the graph of the workspace at `root`. Takes about a second. */
export function projectGraph(root: string): ProjectGraph {
  const folder = mkdtempSync(join(tmpdir(), 'prep-graph-'))
  const file = join(folder, 'graph.json')
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`], {
      cwd: root,
      stdio: 'pipe',
      env: { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: join(folder, 'data') },
    })
    return (JSON.parse(readFileSync(file, 'utf8')) as { graph: ProjectGraph }).graph
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
