import { rmSync } from 'node:fs'
import { requireJava } from './java.ts'
import { kafkaData, prepareStorage, writeServerProperties } from './kafka-config.ts'
import { frugal, kafkaRuntime, kafkaVersion } from './kafka-jars.ts'
import { Part, type PartSpec } from './part.ts'
import type { Ports } from './ports.ts'
import { connects } from './probe.ts'
import type { ProcessRecords } from './process-record.ts'
import type { Progress } from './steps.ts'

export interface KafkaOptions {
  readonly home: string
  readonly ports: Pick<Ports, 'kafka' | 'kafkaController'>
  readonly records: ProcessRecords
}

/** Kafka in KRaft mode, one node. It survives SIGKILL (its log is in the page cache), not a power cut. */
export function kafkaPart(options: KafkaOptions): Part {
  const { kafka, kafkaController } = options.ports
  const known = { name: 'kafka', version: kafkaVersion, ports: [kafka, kafkaController], url: () => `127.0.0.1:${kafka}` }
  return new Part(known, () => kafkaSpec(options), options.home, options.records)
}

/** Jars into the cache, storage formatted; nothing when that was done before. */
export async function prepareKafka(options: KafkaOptions, progress: Progress, signal?: AbortSignal): Promise<void> {
  const runtime = await kafkaRuntime(requireJava(), progress, signal)
  await prepareStorage(options.home, runtime, writeServerProperties(options.home, options.ports), signal)
}

export function removeKafkaData(home: string): void {
  rmSync(kafkaData(home), { recursive: true, force: true })
}

async function kafkaSpec(options: KafkaOptions): Promise<PartSpec> {
  const runtime = await kafkaRuntime(requireJava(), () => {})
  const logging = ['defaultLogLevel=warn', 'showDateTime=true', "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"]
  return {
    name: 'kafka',
    version: kafkaVersion,
    command: runtime.java.command,
    args: [
      ...['-Xms128m', '-Xmx512m', ...frugal, '-XX:MaxMetaspaceSize=128m', '-Djava.awt.headless=true', '-Duser.timezone=UTC'],
      ...logging.map((setting) => `-Dorg.slf4j.simpleLogger.${setting}`),
      ...runtime.jvmFlags,
      ...['-cp', runtime.classPath, 'kafka.Kafka', writeServerProperties(options.home, options.ports)],
    ],
    cwd: options.home,
    env: process.env,
    ports: [options.ports.kafka, options.ports.kafkaController],
    stopTimeoutMs: 15_000,
    // The broker opens its port when it is registered and unfenced: an open port is a serving broker.
    isReady: () => connects(options.ports.kafka),
  }
}
