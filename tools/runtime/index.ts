/**
 * The local platform, for the CLI and for tests.
 *
 *   import { createPlatform, findFreePortBase } from '@prep/runtime'
 *
 *   const platform = createPlatform({ home: mkdtempSync(...), portBase: await findFreePortBase(), parts: 'infra', databases: ['mine'] })
 *   await platform.start()                                  // PostgreSQL 18, Kafka 4.1 with all topics; 3 to 5 s
 *   platform.databaseUrl('mine'), platform.kafkaBrokers
 *   const sidecar = platform.addSidecar({ appId: 'booking', appPort })   // for an app that the test runs itself
 *   await sidecar.start()                                   // ready even before the app is
 *   sidecar.url, sidecar.pid, await sidecar.kill('SIGKILL'), await sidecar.stop(), await sidecar.health()
 *   platform.serviceEnv('booking')                          // DATABASE_URL, the two tokens ... as a service gets them
 *   platform.secrets.daprApiToken('booking'), .appApiToken('booking')
 *   await platform.stop(); platform.wipe()
 *
 * `postgres: false` or `kafka: false` leaves one out; `parts: 'sandbox'` adds the card provider; `'prepared'` builds the
 * services and migrates their databases; `'full'` (default) runs them (all, or `services: [...]`) from their built output,
 * each with its sidecar: platform.part('booking'), platform.sidecar('booking').
 * Every part: name, pid, port, ports, url, start(), stop(), kill(signal), health(), logFile.
 */
export { serviceNamed, services, topics, partitionsPerTopic, type ServiceSpec } from './catalogue.ts'
export { cacheFolder } from './cache.ts'
export { daprdBinary } from './daprd-binary.ts'
export { daprdVersion } from './daprd-version.ts'
export { RuntimeError, type RuntimeErrorCode } from './errors.ts'
export { Part, type Health, type PartSpec } from './part.ts'
export { memoryOf } from './memory.ts'
export { createPlatform, openPlatform, Platform } from './platform.ts'
export type { PlatformOptions, PlatformParts, ProcessRequest, SidecarRequest, StartOptions } from './platform-options.ts'
export { findFreePortBase } from './port-block.ts'
export { defaultPortBase, portBlockSize, portIsFree, portsFrom, type Ports, type SidecarPorts } from './ports.ts'
export { createDatabases } from './postgres.ts'
export { repositoryRoot } from './repository.ts'
export { createTopics } from './topics.ts'
export { build } from './build.ts'
export type { OnStep, StepEvent } from './steps.ts'
