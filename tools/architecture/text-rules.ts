import type { SourceFile } from './source-files.ts'

/** A rule about what a file says. It bites in files that `where` matches and `except` does not. */
export interface TextRule {
  name: string
  comment: string
  where: RegExp
  except?: RegExp
  breaks: (file: SourceFile) => boolean
}

const production = /^(apps|libs)\/(?!testing\/)(?![^/]+-e2e\/)(?!.*\.test\.ts$)/
const anyTest = /\.test\.ts$/
const says = (pattern: RegExp) => ({ text }: SourceFile): boolean => pattern.test(text)

export const textRules: TextRule[] = [
  {
    name: 'dapr-paths-only-in-messaging',
    comment: "Dapr's pub/sub paths are spelled in libs/messaging only (rule 7).",
    where: production,
    except: /^libs\/messaging\//,
    breaks: says(/\/v1\.0(-alpha1)?\/(publish|subscribe)|['"`/]dapr\/(subscribe|messages)|pubsubname/i),
  },
  {
    name: 'connections-only-in-persistence',
    comment: 'Only libs/persistence makes a DataSource or a pool (rule 7).',
    where: production,
    except: /^libs\/persistence\//,
    breaks: says(/new (DataSource|(pg\.)?Pool|(pg\.)?Client)\(/),
  },
  {
    name: 'migrations-run-apart',
    comment: 'A service does not migrate at its start: migrate.ts does, before it, through libs/service.',
    where: production,
    except: /^libs\/(persistence\/|service\/src\/migrate-service\.ts$)/,
    breaks: says(/\brunMigrations\(|migrationsRun: true|synchronize: true/),
  },
  {
    name: 'at-most-300-lines',
    comment: 'A longer file is two ideas in one room.',
    where: /\.ts$/,
    breaks: ({ text }) => text.split('\n').length > 301,
  },
  {
    name: 'no-sleep-in-tests',
    comment: 'A test waits for a condition, with eventually(), not for a time. A fake that takes its time may have a timer.',
    where: anyTest,
    breaks: says(/timers\/promises|await new Promise(<[^>]*>)?\(\s*\(?\w+\)?\s*=>\s*\{?\s*setTimeout\(/),
  },
  {
    name: 'no-lone-or-silent-skips',
    comment: "A test is skipped at run time with its reason, ctx.skip('why'), and never narrowed with .only.",
    where: anyTest,
    breaks: says(/\b(test|it|describe)\.(only|skip|todo|skipIf|runIf)\b/),
  },
  {
    name: 'own-imports-end-in-ts',
    comment: 'Import specifiers of own files end in .ts; the compiler rewrites them.',
    where: /\.ts$/,
    breaks: says(/(from|import\() ?['"]\.{1,2}\/[^'"]*(?<!\.ts|\.json|\.js)['"]|from ['"]\.{1,2}\/[^'"]*\/src\/[^'"]*\.js['"]/),
  },
]

/** Every file that breaks a rule, as "path breaks rule". */
export function brokenTextRules(files: readonly SourceFile[], rules: readonly TextRule[] = textRules): string[] {
  return rules.flatMap((rule) => files
    .filter((file) => rule.where.test(file.path) && !rule.except?.test(file.path) && rule.breaks(file))
    .map((file) => `${file.path} breaks ${rule.name}`))
}
