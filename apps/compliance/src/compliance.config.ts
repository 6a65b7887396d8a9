import { type ConfigOf, integer, readConfig, url } from '@prep/service'

/** Token of ComplianceConfig. */
export const COMPLIANCE_CONFIG = Symbol('compliance config')

export const complianceSettings = {
  databaseUrl: url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
  /** For a command without a deadline: how long after it was sent its kitchen may stay unknown. Milliseconds. */
  kitchenPatienceMs: integer('COMPLIANCE_KITCHEN_PATIENCE_MS', { default: 30_000, min: 0, max: 600_000 }),
}

export type ComplianceConfig = ConfigOf<typeof complianceSettings>

/** Throws ConfigError naming every setting that cannot be used. */
export function complianceConfig(env: NodeJS.ProcessEnv = process.env): ComplianceConfig {
  return readConfig(complianceSettings, env)
}
