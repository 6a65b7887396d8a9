import { schemas } from '../../gitops/schemas/schemas.ts'
import { gitopsTools } from '../../gitops/tools.ts'

/** Gets what the checks of charts and GitOps tree run, which is built the first time (4 minutes): a line each 10 s at most. */
let lastLine = 0

function progress(detail: string): void {
  if (Date.now() - lastLine < 10_000) return
  lastLine = Date.now()
  process.stdout.write(`${detail}\n`)
}

const paths = await gitopsTools(['helm', 'kubeconform', 'promtool', 'amtool'], progress)
process.stdout.write(Object.entries(paths).map(([name, path]) => `${name}: ${path}\n`).join(''))
process.stdout.write(`schemas: ${(await schemas(progress)).folder}\n`)
