import { Command } from 'commander'
import { repositoryRoot } from '../../repository-root.ts'

/** `./prep gitops render`: what Argo CD would apply, or all of it into charts/golden. */
export function gitopsRenderCommand(): Command {
  return new Command('render')
    .description('print what would be applied for an app in an environment; --golden renews charts/golden')
    .argument('[env]', 'dev, staging or prod')
    .argument('[app]', 'a service, or dapr; none: all of the environment')
    .option('--golden', 'write every render to charts/golden, where a review shows what a change does')
    .option('--json', 'print one JSON document instead of YAML')
    .action(renderCommand)
}

interface RenderOptions { readonly golden?: boolean, readonly json?: boolean }

async function renderCommand(environment: string | undefined, app: string | undefined, { golden = false, json = false }: RenderOptions): Promise<void> {
  const { gitopsTool } = await import('../../../gitops/tools.ts')
  const helm = await gitopsTool('helm')
  if (golden) return writeGoldenFiles(helm, json)
  const { environmentOf, appsOf, releaseOf } = await import('../../../gitops/render/release-of.ts')
  const { renderAll } = await import('../../../gitops/render/render.ts')
  const wanted = environmentOf(environment ?? '')
  const apps = app === undefined ? appsOf(repositoryRoot, wanted) : [app]
  const rendered = await renderAll(repositoryRoot, apps.map((name) => releaseOf(repositoryRoot, wanted, name)), helm)
  const manifests = rendered.flatMap((one) => one.manifests)
  process.stdout.write(json ? `${JSON.stringify(manifests, null, 2)}\n` : rendered.map(({ text }) => text).join(''))
}

async function writeGoldenFiles(helm: string, json: boolean): Promise<void> {
  const { goldenFiles, writeGolden, goldenFolder } = await import('../../../gitops/golden/golden.ts')
  const files = await goldenFiles(repositoryRoot, helm)
  const written = writeGolden(repositoryRoot, files)
  if (json) process.stdout.write(`${JSON.stringify({ renders: files.size, written }, null, 2)}\n`)
  else process.stdout.write(`${written.map((path) => `${path}\n`).join('')}${goldenFolder}: ${files.size} renders, ${written.length} renewed\n`)
}
