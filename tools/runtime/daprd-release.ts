import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sha256 } from './cache.ts'
import { daprdVersion } from './daprd-version.ts'
import { RuntimeError } from './errors.ts'
import { runTool } from './run-tool.ts'
import type { Progress } from './steps.ts'

/** A release archive, which holds one file named daprd. */
export interface DaprdArchive {
  readonly address: string
  /** SHA-256, in hex. */
  readonly checksum: string
}

/**
 * SHA-256 of the release archives, by platform as Go names it. Where each comes from stands in ADR 0012. A platform without
 * one builds daprd from the verified lock.
 */
const checksums: Readonly<Record<string, string>> = {
  linux_amd64: 'd023c00a5a7a7adc17d43fcf4a2389b6f2ba1d9c3467e94456b74b228e9a8c50',
}

/** undefined: none can be trusted on this platform. */
export function daprdArchive(): DaprdArchive | undefined {
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`
  const checksum = checksums[platform]
  if (checksum === undefined) return undefined
  return { address: `https://github.com/dapr/dapr/releases/download/v${daprdVersion}/daprd_${platform}.tar.gz`, checksum }
}

/** @throws RuntimeError RT_INSTALL_FAILED, RT_CHECKSUM_MISMATCH; then there is no file at `target` */
export async function downloadDaprd({ address, checksum }: DaprdArchive, target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const folder = `${target}.release`
  const archive = join(folder, 'daprd.tar.gz')
  mkdirSync(folder, { recursive: true })
  try {
    await download(address, archive, progress, signal)
    const sum = await sha256(archive)
    if (sum !== checksum) {
      throw new RuntimeError('RT_CHECKSUM_MISMATCH', {
        message: `${address} is not the archive that was checked: its SHA-256 is ${sum}, wanted is ${checksum}.`,
        hint: 'Do not use it. Try again on another connection, or install Go and let ./prep up build it.',
      })
    }
    const { exitCode, output } = await runTool({ command: 'tar', args: ['-xzf', archive, '-C', folder] })
    if (exitCode !== 0) throw new RuntimeError('RT_INSTALL_FAILED', { message: `${archive} could not be unpacked.`, detail: output })
    renameSync(join(folder, 'daprd'), target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
