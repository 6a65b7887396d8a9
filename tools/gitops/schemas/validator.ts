import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Manifest } from '../render/manifest.ts'
import { schemaFile } from './json-schema.ts'

/**
 * Checks manifests against the schemas in this process: milliseconds each, for where kubeconform would be started ten
 * thousand times. Answers what is wrong in a sentence, undefined when nothing is, or when there is no schema of the kind.
 */
export function schemaValidator(folder: string): (manifest: Manifest) => string | undefined {
  const ajv = new Ajv({ strict: false, allowUnionTypes: true, validateFormats: false })
  const known = new Map<string, ValidateFunction | undefined>()
  const compiled = (file: string): ValidateFunction | undefined => {
    const path = join(folder, file)
    if (!known.has(file)) known.set(file, existsSync(path) ? ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object) : undefined)
    return known.get(file)
  }
  return (manifest) => {
    const { apiVersion, kind } = manifest
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return 'it has no apiVersion or no kind'
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    const validate = compiled(schemaFile({ group: group ?? '', version: version ?? '', kind }))
    if (validate === undefined || validate(manifest)) return undefined
    const [first] = validate.errors ?? []
    return `${first?.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${first?.message}`
  }
}
