import { ConfigError, EXIT } from './errors.ts'
import { integer, oneOf, type Setting, text } from './settings.ts'

/** The settings of one service, by the names that its code uses. */
export type ConfigSpec = Record<string, Setting<unknown>>
export type ConfigOf<S extends ConfigSpec> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** What every service has. */
export const COMMON_SETTINGS = {
  host: text('HOST', { default: '127.0.0.1' }),
  port: integer('PORT', { default: 3000, max: 65_535 }),
  logLevel: oneOf('LOG_LEVEL', LEVELS, { default: 'info' }),
}

/**
 * Reads and checks all settings, the common ones too.
 * @throws ConfigError with every problem at once
 */
export function readConfig<S extends ConfigSpec>(spec: S, env: NodeJS.ProcessEnv = process.env): ConfigOf<S & typeof COMMON_SETTINGS> {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>({ ...COMMON_SETTINGS, ...spec })) {
    try {
      values[name] = setting.read(env[setting.variable]?.trim())
    } catch (error) {
      problems.push(`${setting.variable} ${(error as Error).message}`)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(values) as ConfigOf<S & typeof COMMON_SETTINGS>
}

/** As `readConfig`, for a service's own start: prints what is wrong and ends the process with exit code 78. */
export function loadConfig<S extends ConfigSpec>(spec: S, env: NodeJS.ProcessEnv = process.env): ConfigOf<S & typeof COMMON_SETTINGS> {
  try {
    return readConfig(spec, env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(configText(error))
    process.exit(EXIT.configuration)
  }
}

/** The problems as a person reads them. */
export function configText(error: ConfigError): string {
  return `The settings cannot be used (SVC_CONFIG_INVALID):\n${error.problems.map(problem => `  ${problem}\n`).join('')}Mend these environment variables and start again.\n`
}
