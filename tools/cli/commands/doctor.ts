import { Command } from 'commander'
import { doctor } from '../doctor/doctor.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('each prerequisite: found and its version, or the exact command that gets it; exit code 1 if one is missing')
    .option('--json', 'print one JSON document instead of text')
    .action(async ({ json = false }: { json?: boolean }) => doctor({ json }))
}
