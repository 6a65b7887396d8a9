import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { RuntimeError } from './errors.ts'
import type { Java } from './java.ts'
import type { Ports } from './ports.ts'
import { runTool, tail } from './run-tool.ts'

/** Kafka, ready to run: its class path and the options that make it start fast. */
export interface KafkaRuntime {
  readonly java: Java
  readonly classPath: string
  readonly jvmFlags: readonly string[]
}

/** One node that is broker and controller, on loopback, with replication factor 1 wherever Kafka would want 3. */
export function writeServerProperties(home: string, ports: Pick<Ports, 'kafka' | 'kafkaController'>): string {
  const listeners = `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.kafkaController}`,
    'controller.listener.names': 'CONTROLLER',
    'listeners': listeners,
    'advertised.listeners': listeners,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': kafkaData(home),
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.retention.hours': '168',
    'log.segment.bytes': String(128 * 1024 * 1024),
    // Small index files: 18 topics of 8 partitions would otherwise reserve 20 MB each.
    'log.index.size.max.bytes': String(1024 * 1024),
    'num.network.threads': '2',
    'num.io.threads': '4',
    // A broker that comes back must wait until its former session is over: 9 s by default, after every SIGKILL.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
  }
  const file = join(home, 'kafka.properties')
  mkdirSync(home, { recursive: true })
  writeFileSync(file, Object.entries(settings).map(([name, value]) => `${name}=${value}\n`).join(''))
  return file
}

export function kafkaData(home: string): string {
  return join(home, 'data', 'kafka')
}

/** A broker starts only on a formatted folder. Half a format (no meta.properties) is thrown away. */
export async function prepareStorage(home: string, runtime: KafkaRuntime, properties: string, signal?: AbortSignal): Promise<void> {
  const data = kafkaData(home)
  if (existsSync(join(data, 'formatted'))) return
  rmSync(data, { recursive: true, force: true })
  await formatStorage(runtime, properties, signal)
  writeFileSync(join(data, 'formatted'), '')
}

export async function formatStorage(runtime: KafkaRuntime, properties: string, signal?: AbortSignal): Promise<void> {
  // One in 64 would begin with '-' and be read as an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A')
  const { exitCode, output } = await runTool({
    command: runtime.java.command,
    args: ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', runtime.classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties, '--standalone'],
    ...(signal === undefined ? {} : { signal }),
  })
  if (exitCode !== 0) {
    throw new RuntimeError('RT_PART_FAILED', { message: "Kafka's storage could not be formatted.", detail: tail(output) })
  }
}
