import { daprdBinary } from '../../runtime/daprd-binary.ts'
import { requireJava } from '../../runtime/java.ts'
import { kafkaRuntime } from '../../runtime/kafka-jars.ts'

/**
 * Gets what the tests start and what takes minutes to get the first time, so that no test waits for it:
 * Kafka's jars, and the Dapr sidecar, which may have to be built. Prints its progress, a line each 10 s at most.
 */
let lastLine = 0

function progressOf(part: string): (detail: string) => void {
  return (detail) => {
    if (Date.now() - lastLine < 10_000) return
    lastLine = Date.now()
    process.stdout.write(`${part}: ${detail}\n`)
  }
}

await kafkaRuntime(requireJava(), progressOf('Kafka'))
process.stdout.write('Kafka: ready\n')
const binary = await daprdBinary(progressOf('Dapr sidecar'))
process.stdout.write(`Dapr sidecar: ${binary}\n`)
