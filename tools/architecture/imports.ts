import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { repositoryRoot, rooms } from './repository.ts'

interface Config { forbidden: (IForbiddenRuleType & { name: string })[], options: ICruiseOptions & { enhancedResolveOptions: object } }

const { default: config } = await import(pathToFileURL(join(repositoryRoot, '.dependency-cruiser.js')).href) as { default: Config }

/** One import that breaks a rule. `from` and `to` are paths under the root that was checked. */
export interface BrokenRule { rule: string, from: string, to: string }

export const importRules = config.forbidden

/**
 * Checks every import under `root` against `.dependency-cruiser.js`.
 * `fixtures` says that `root` itself lies in a fixtures folder, which is otherwise left out.
 */
export async function brokenImportRules(root: string, { fixtures = false } = {}): Promise<{ checked: number, broken: BrokenRule[] }> {
  const { enhancedResolveOptions, ...rest } = config.options
  const folders = rooms.filter((room) => existsSync(join(root, room)))
  const { output } = await cruise([...folders], {
    ...rest,
    ...(fixtures ? { exclude: { path: ['(^|/)dist/'] } } : {}),
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  }, enhancedResolveOptions)
  const { modules, summary } = output as ICruiseResult
  const own = modules.filter(({ source }) => rooms.some((room) => source.startsWith(`${room}/`)))
  return { checked: own.length, broken: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })) }
}
