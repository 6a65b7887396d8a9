import { join } from 'node:path'
import { daprdBinary } from './daprd-binary.ts'
import { daprdVersion } from './daprd-version.ts'
import { Part, type PartSpec } from './part.ts'
import type { SidecarPorts } from './ports.ts'
import { answersOk } from './probe.ts'
import type { ProcessRecords } from './process-record.ts'

export interface SidecarOptions {
  readonly home: string
  readonly records: ProcessRecords
  readonly repoRoot: string
  readonly appId: string
  /** Default: `<appId>-daprd`. */
  readonly name?: string | undefined
  readonly appPort: number
  readonly ports: SidecarPorts
  /** Folder of component and resiliency files. */
  readonly resourcesPath: string
  readonly env: () => NodeJS.ProcessEnv
}

/** A Dapr sidecar on loopback, without placement and scheduler (nothing here uses actors, jobs or workflows). */
export function sidecarPart(options: SidecarOptions): Part {
  const { http, grpc, internalGrpc, metrics } = options.ports
  const known = { name: options.name ?? sidecarName(options.appId), version: daprdVersion, ports: [http, grpc, internalGrpc, metrics] }
  return new Part(known, () => sidecarSpec(options), options.home, options.records)
}

export function sidecarName(appId: string): string {
  return `${appId}-daprd`
}

async function sidecarSpec(options: SidecarOptions): Promise<PartSpec> {
  const { http, grpc, internalGrpc, metrics } = options.ports
  return {
    name: options.name ?? sidecarName(options.appId),
    version: daprdVersion,
    command: await daprdBinary(),
    args: sidecarArguments(options),
    cwd: options.repoRoot,
    // GOMEMLIMIT makes the collector work harder near the limit; it never refuses memory. With one thread at a time a sidecar
    // wakes nobody to hand work over: 10 % less CPU a booking.
    env: { ...process.env, DAPR_HOST_IP: '127.0.0.1', GOMEMLIMIT: '80MiB', GOMAXPROCS: '1', ...options.env() },
    ports: [http, grpc, internalGrpc, metrics],
    stopTimeoutMs: 15_000,
    isReady: () => answersOk(`http://127.0.0.1:${http}/v1.0/healthz`),
  }
}

/** What daprd is started with; dapr.yaml says the same to the Dapr CLI. */
export function sidecarArguments(options: Pick<SidecarOptions, 'repoRoot' | 'appId' | 'appPort' | 'ports' | 'resourcesPath'>): string[] {
  const flags: Record<string, string | number> = {
    'app-id': options.appId,
    'app-port': options.appPort,
    'app-protocol': 'http',
    'app-channel-address': '127.0.0.1',
    'dapr-http-port': options.ports.http,
    'dapr-grpc-port': options.ports.grpc,
    'dapr-internal-grpc-port': options.ports.internalGrpc,
    'metrics-port': options.ports.metrics,
    'dapr-listen-addresses': '127.0.0.1',
    'dapr-internal-grpc-listen-address': '127.0.0.1',
    'metrics-listen-address': '127.0.0.1',
    'resources-path': options.resourcesPath,
    'config': join(options.repoRoot, 'dapr', 'config', 'local.yaml'),
    'max-body-size': '32Mi',
    // What the app still has to publish while it ends goes through here.
    'dapr-block-shutdown-duration': '3s',
    'dapr-graceful-shutdown-seconds': 5,
    'log-level': 'warn',
  }
  const valued = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  return [...valued, '--log-as-json']
}
