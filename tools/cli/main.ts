import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commands, overview } from './catalogue.ts'
import { reportError } from './report-error.ts'

// Nothing here may need node_modules: this file also runs on a fresh clone.
const root = join(import.meta.dirname, '..', '..')
const args = process.argv.slice(2)

async function main(): Promise<void> {
  const name = args[0]
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    process.stdout.write(overview())
    return
  }
  const entry = commands.find((command) => command.name === name)
  if (entry === undefined) {
    process.stderr.write(`prep: there is no command "${name}".\n\n${overview()}`)
    process.exitCode = 2
    return
  }
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
  await run(entry.name)
}

/** doctor tells what is missing, so it must run when everything is; all others get their dependencies first. */
async function run(name: string): Promise<void> {
  const { dependenciesAreInstalled, installDependencies } = await import('./dependencies.ts')
  if (!dependenciesAreInstalled(root)) {
    if (name === 'doctor') return (await import('./doctor/doctor.ts')).doctor({ json: args.includes('--json') })
    if (args.includes('--help')) return void process.stdout.write(overview())
    await installDependencies(root, { quiet: args.includes('--json') })
  }
  const { Command } = await import('commander')
  const module = (await import(`./commands/${name}.ts`)) as Record<string, () => import('commander').Command>
  const build = module[`${name}Command`]
  if (build === undefined) throw new Error(`commands/${name}.ts exports no ${name}Command.`)
  await new Command('./prep').addCommand(build()).parseAsync(args, { from: 'user' })
}

// The reader of a pipe (./prep logs | head) may go before we are done: no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await main()
} catch (error) {
  process.exitCode = reportError(error, { json: args.includes('--json') })
}
