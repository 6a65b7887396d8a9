import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { services } from './catalogue.ts'
import { daprdVersion } from './daprd-version.ts'
import { defaultPortBase, portsFrom } from './ports.ts'
import { repositoryRoot } from './repository.ts'
import { sidecarArguments } from './sidecar.ts'

interface RunFile {
  readonly version: number
  readonly common: Record<string, unknown>
  readonly apps: Array<Record<string, unknown>>
}

const { version, common, apps } = parse(read('dapr.yaml')) as RunFile
const ports = portsFrom(defaultPortBase)

/** The keys of a run file that we use, and the flag of daprd that the Dapr CLI makes of each. It ignores keys that it does not know. */
const flagOf: Record<string, string> = {
  appID: 'app-id',
  appPort: 'app-port',
  daprHTTPPort: 'dapr-http-port',
  daprGRPCPort: 'dapr-grpc-port',
  daprInternalGRPCPort: 'dapr-internal-grpc-port',
  metricsPort: 'metrics-port',
  apiListenAddresses: 'dapr-listen-addresses',
  resourcesPaths: 'resources-path',
  configFilePath: 'config',
  maxBodySize: 'max-body-size',
  logLevel: 'log-level',
}
const keysOfTheCli = ['appDirPath', 'command', 'env', 'appLogDestination', 'placementHostAddress', 'schedulerHostAddress']

/** What ./prep up says and a run file cannot. The first two are the CLI's own defaults; the README tells of the others. */
const flagsWithoutKey = [
  ...['app-protocol', 'app-channel-address'],
  ...['dapr-internal-grpc-listen-address', 'metrics-listen-address'],
  ...['dapr-block-shutdown-duration', 'dapr-graceful-shutdown-seconds'],
]

function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8')
}

/** Flags of the sidecar that ./prep up starts, without those that have no value. */
function flagsByPrep(appId: string): Record<string, string> {
  const resourcesPath = join(repositoryRoot, 'dapr/components/local')
  const args = sidecarArguments({ repoRoot: repositoryRoot, appId, appPort: ports.service(appId), ports: ports.sidecar(appId), resourcesPath })
  const pairs = args.flatMap((arg, index) => (args[index + 1]?.startsWith('--') === false ? [[arg.slice(2), args[index + 1]]] : []))
  return Object.fromEntries(pairs) as Record<string, string>
}

/** Flags of the sidecar that the Dapr CLI starts; paths of a run file are relative to it. */
function flagsByCli(app: Record<string, unknown>): Record<string, string> {
  const said = Object.entries({ ...common, ...app }).filter(([key]) => key in flagOf)
  return Object.fromEntries(said.map(([key, value]) => [flagOf[key], absolute(String([value].flat()[0]))])) as Record<string, string>
}

function absolute(value: string): string {
  return value.startsWith('./') ? join(repositoryRoot, value) : value
}

test('dapr.yaml is a run file of version 1 and uses only keys that the Dapr CLI knows', () => {
  expect(version).toBe(1)
  const keys = [common, ...apps].flatMap((part) => Object.keys(part))
  expect([...Object.keys(flagOf), ...keysOfTheCli]).toEqual(expect.arrayContaining(keys))
})

test('dapr.yaml lists all services, each run by ./prep in the root', () => {
  const run = ({ appID, appDirPath, command }: Record<string, unknown>): object => ({ appID, appDirPath, command })
  expect(apps.map(run)).toEqual(services.map(({ name }) => ({ appID: name, appDirPath: '.', command: ['./prep', 'run', name] })))
})

describe.each(apps.map((app) => [String(app['appID']), app] as const))('the sidecar of %s', (name, app) => {
  test('is started by the Dapr CLI as by ./prep up', () => {
    const wanted = Object.entries(flagsByPrep(name)).filter(([flag]) => !flagsWithoutKey.includes(flag))
    expect(flagsByCli(app)).toEqual(Object.fromEntries(wanted))
  })
})

test('nothing connects to a placement or a scheduler, which nobody started', () => {
  expect(common).toMatchObject({ placementHostAddress: '', schedulerHostAddress: ' ' })
})

test('the README sets what the components take from the environment, and names the version', () => {
  const folder = join(repositoryRoot, 'dapr/components/local')
  const components = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  const wanted = new Set([...components.matchAll(/envRef: (\w+)/g)].map(([, name]) => name))
  expect([...wanted]).toEqual(['PREP_KAFKA_BROKERS'])
  expect(read('tools/runtime/README.md')).toContain(`PREP_KAFKA_BROKERS=127.0.0.1:${ports.kafka} DAPR_HOST_IP=127.0.0.1 dapr run -f dapr.yaml`)
  expect(read('tools/runtime/README.md')).toContain(`--runtime-version ${daprdVersion}`)
})
