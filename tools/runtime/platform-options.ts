import type { OnStep } from './steps.ts'

/**
 * infra: PostgreSQL, Kafka, topics. sandbox: and the card provider. prepared: and the services built and their databases
 * migrated, but none started. full: and services with sidecars.
 */
export type PlatformParts = 'infra' | 'sandbox' | 'prepared' | 'full'

export interface PlatformOptions {
  /** Folder of state, logs and data; default `.prep` in the checkout. */
  readonly home?: string
  /** First of 200 ports; default PREP_PORT_BASE, else 4000. */
  readonly portBase?: number
  readonly repoRoot?: string
  readonly parts?: PlatformParts
  /** Leave one out of infra. */
  readonly postgres?: boolean
  readonly kafka?: boolean
  /** Which services to run in `full`; default all. */
  readonly services?: readonly string[]
  /** Databases besides those of the catalogue's services. In `infra` and `sandbox` the only ones. */
  readonly databases?: readonly string[]
  /** Topics besides those of the catalogue. */
  readonly topics?: readonly string[]
  /** Added to the environment of every service, or of one. */
  readonly env?: Record<string, string> | ((service: string) => Record<string, string>)
  /** Dapr's components; default dapr/components/local. */
  readonly resourcesPath?: string
}

export interface StartOptions {
  readonly onStep?: OnStep
  readonly signal?: AbortSignal
  /** The parts go on by themselves when this process ends. */
  readonly detached?: boolean
}

export interface SidecarRequest {
  readonly appId: string
  /** Of the part; an app with two instances has two sidecars. Default: `<appId>-daprd`. */
  readonly name?: string
  readonly appPort: number
  /** Default dapr/components/local, whose scopes know only the services. */
  readonly resourcesPath?: string
  readonly env?: Record<string, string>
}

export interface ProcessRequest {
  readonly name: string
  readonly command?: string
  readonly args: readonly string[]
  readonly env?: Record<string, string>
  readonly port?: number
  readonly isReady: () => Promise<boolean>
}
