import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Graph {
  readonly nodes: Readonly<Record<string, { data: { root: string, tags?: string[] } }>>
  readonly dependencies: Readonly<Record<string, ReadonlyArray<{ target: string }>>>
}

/** What only tests import: production code may not (tools/architecture), so that it can be left out. */
const forTests = ['type:tool', 'type:testing', 'type:e2e']

/**
 * Folders of the projects that an app needs at run time, itself first, as Nx's project graph has them; relative to root.
 * Throws an Error for an app that there is not.
 */
export function productionProjects(root: string, app: string): string[] {
  const { nodes, dependencies } = projectGraph(root)
  const start = Object.entries(nodes).find(([, { data }]) => data.root === `apps/${app}`)?.[0]
  if (start === undefined) throw new Error(`There is no app "${app}" in apps/.`)
  const found = new Set([start])
  for (const name of found) {
    for (const { target } of dependencies[name] ?? []) {
      const tags = nodes[target]?.data.tags
      if (tags !== undefined && !tags.some((tag) => forTests.includes(tag))) found.add(target)
    }
  }
  return [...found].map((name) => nodes[name]?.data.root ?? '')
}

function projectGraph(root: string): Graph {
  const folder = mkdtempSync(join(tmpdir(), 'prep-graph-'))
  try {
    const file = join(folder, 'graph.json')
    execFileSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`], { cwd: root, env: { ...process.env, NX_DAEMON: 'false' }, stdio: 'pipe' })
    return (JSON.parse(readFileSync(file, 'utf8')) as { graph: Graph }).graph
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
