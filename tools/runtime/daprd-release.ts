import { createWriteStream, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sha256 } from './cache.ts'
import { daprdVersion } from './daprd-version.ts'
import { RuntimeError } from './errors.ts'
import { runTool } from './run-tool.ts'
import type { Progress } from './steps.ts'

const release = `https://github.com/dapr/dapr/releases/download/v${daprdVersion}`

/**
 * SHA-256 of the release archives, by platform as Go names it. Only sums that were checked against the published
 * `.sha256` file belong here; a platform without one is built from the verified lock instead. None has been checked
 * yet, so for now every platform builds.
 */
const checksums: Readonly<Record<string, string>> = {}

function platformName(): string {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`
}

/** undefined: no archive can be trusted on this platform. */
export function releaseChecksum(): string | undefined {
  return checksums[platformName()]
}

/** @throws RuntimeError RT_INSTALL_FAILED, RT_CHECKSUM_MISMATCH */
export async function downloadDaprd(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const archive = join(dirname(target), 'daprd.tar.gz')
  const address = `${release}/daprd_${platformName()}.tar.gz`
  await download(address, archive, progress, signal)
  const sum = await sha256(archive)
  if (sum !== releaseChecksum()) {
    throw new RuntimeError('RT_CHECKSUM_MISMATCH', {
      message: `${address} is not the archive that was checked: its SHA-256 is ${sum}, wanted is ${releaseChecksum()}.`,
      hint: 'Do not use it. Try again on another connection, or install Go and let ./prep up build it.',
    })
  }
  const { exitCode, output } = await runTool({ command: 'tar', args: ['-xzf', archive, '-C', dirname(target)] })
  if (exitCode !== 0) throw new RuntimeError('RT_INSTALL_FAILED', { message: `${archive} could not be unpacked.`, detail: output })
  renameSync(join(dirname(target), `daprd_${platformName()}`), target)
}

async function download(address: string, file: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  try {
    const response = await fetch(address, signal === undefined ? {} : { signal })
    if (!response.ok || response.body === null) throw new Error(`answered ${response.status}`)
    const total = Number(response.headers.get('content-length') ?? 0)
    let received = 0
    const counted = Readable.fromWeb(response.body).on('data', (chunk: Buffer) => {
      received += chunk.length
      progress(`downloading: ${megabytes(received)} of ${megabytes(total)} MB`)
    })
    await pipeline(counted, createWriteStream(file))
  } catch (cause) {
    throw new RuntimeError('RT_INSTALL_FAILED', { message: `${address} could not be downloaded.`, hint: 'Look at the connection, then run the same again.', cause })
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
