import { createServer, type Server } from 'node:http'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sha256 } from './cache.ts'
import { versionOfDaprd } from './daprd-binary.ts'
import { daprdArchive, downloadDaprd } from './daprd-release.ts'
import { runTool } from './run-tool.ts'

let place: string
let server: Server
let address: string
let checksum: string
let target: string

/** An archive as Dapr's releases are: one executable named daprd. */
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'prep-release-'))
  writeFileSync(join(place, 'daprd'), '#!/bin/sh\necho 9.9.9\n')
  chmodSync(join(place, 'daprd'), 0o755)
  const archive = join(place, 'daprd_linux_amd64.tar.gz')
  await runTool({ command: 'tar', args: ['-czf', archive, '-C', place, 'daprd'] })
  checksum = await sha256(archive)
  server = createServer((request, response) => {
    if (request.url === '/gone') response.writeHead(404).end()
    else response.end(readFileSync(archive))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await new Promise((closed) => server.close(closed))
  rmSync(place, { recursive: true, force: true })
})

beforeEach(() => {
  target = join(mkdtempSync(join(place, 'target-')), 'daprd')
})

test('an archive with the pinned sum gives the binary, and nothing beside it', async () => {
  await downloadDaprd({ address, checksum }, target, () => {})
  expect(versionOfDaprd(target)).toBe('9.9.9')
  expect(readdirSync(join(target, '..'))).toEqual(['daprd'])
})

test.each([
  ['with another sum is not unpacked', '/', 'f'.repeat(64), 'RT_CHECKSUM_MISMATCH'],
  ['that is not there is said to be', '/gone', undefined, 'RT_INSTALL_FAILED'],
])('an archive %s', async (_what, path, wanted, code) => {
  const download = downloadDaprd({ address: address + path, checksum: wanted ?? checksum }, target, () => {})
  await expect(download).rejects.toMatchObject({ code })
  expect(existsSync(target)).toBe(false)
  expect(readdirSync(join(target, '..'))).toEqual([])
})

test('a pinned sum is a SHA-256, of the archive of our version', () => {
  const archive = daprdArchive()
  if (archive !== undefined) expect(archive).toEqual({ address: expect.stringContaining('/v1.18.1/daprd_'), checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
  else expect(`${process.platform} ${process.arch}`).not.toBe('linux x64')
})
