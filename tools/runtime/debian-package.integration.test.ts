import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { canUnpack, ownCommand, packagesIn, program, redis } from './debian-package.ts'

test('packages are named with their versions, epochs included', () => {
  const listed = "'http://deb.example/libhiredis_0.14.deb' libhiredis0.14_0.14.1-3_amd64.deb 35000 SHA256:00\n'http://deb.example/r.deb' redis-server_5%3a7.0.15-1~deb12u10_amd64.deb 73908 \n"
  expect(packagesIn(listed)).toEqual(['libhiredis0.14=0.14.1-3', 'redis-server=5:7.0.15-1~deb12u10'])
})

test('Redis runs, the own one or the unpacked', async (context) => {
  if (ownCommand(redis) === undefined && !canUnpack()) context.skip('no Redis on this machine, and no apt to get it with')
  const { command, env } = await program(redis)
  const { stdout, status } = spawnSync(command, ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } })
  expect(status).toBe(0)
  expect(stdout).toMatch(/Redis|Valkey/)
})
