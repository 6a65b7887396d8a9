import { endPlatform, privatePlatform } from '@prep/testing/platform'
import { GatewayClient, Slots } from '@prep/testing/gateway'
import type { Platform } from '@prep/runtime'
import { figuresOf } from '../process-figures.ts'
import { latencyAtIdle, type IdleResult } from './idle.ts'
import { sustainedLoad, type LoadResult } from './sustained.ts'
import { registerKitchens } from './kitchens.ts'

export interface SpineOptions {
  /** Bookings a second, asked for whether or not the ones before have ended. */
  readonly rate: number
  readonly seconds: number
  /** The same load before, so long, not counted: the compilers of Node.js and Java are at work for the first minutes. */
  readonly warmUpSeconds: number
  /** Bookings one after another, for the latency at idle. */
  readonly idleBookings: number
  readonly onProgress: (what: string) => void
}

export interface PartFigures {
  readonly part: string
  readonly memoryBytes: number
  /** Of the sustained load only; undefined when nothing was confirmed. */
  readonly cpuMsPerBooking: number | undefined
}

export interface SpineResult {
  /** Seconds from the start command to all parts ready: on an empty folder with warm caches, and again on its data. */
  readonly firstUpSeconds: number
  readonly againUpSeconds: number
  readonly idle: IdleResult
  readonly warmUpSeconds: number
  readonly load: LoadResult
  readonly parts: readonly PartFigures[]
  /** Of the client that makes the load, which runs on the same cores. */
  readonly clientCpuMsPerBooking: number
}

/** Runs the whole benchmark on a private platform, with every process real. */
export async function measureSpine(options: SpineOptions): Promise<SpineResult> {
  const platform = await privatePlatform()
  try {
    options.onProgress('starting every part')
    const firstUpSeconds = await secondsToStart(platform)
    await platform.stop()
    const againUpSeconds = await secondsToStart(platform)
    const gateway = new GatewayClient(platform.part('api-gateway').url)
    const slots = new Slots(await registerKitchens(platform, gateway, 8))
    options.onProgress(`${options.idleBookings} bookings one after another`)
    const idle = await latencyAtIdle(gateway, slots, options.idleBookings)
    const { rate, seconds, warmUpSeconds } = options
    if (warmUpSeconds > 0) {
      options.onProgress(`${rate} bookings a second for ${warmUpSeconds} s, not counted`)
      await sustainedLoad(platform, gateway, slots, { rate, seconds: warmUpSeconds })
    }
    options.onProgress(`${rate} bookings a second for ${seconds} s`)
    const before = cpuOf(platform)
    const own = process.cpuUsage()
    const load = await sustainedLoad(platform, gateway, slots, { rate, seconds })
    const { user, system } = process.cpuUsage(own)
    const clientCpuMsPerBooking = (user + system) / 1000 / load.confirmed
    return { firstUpSeconds, againUpSeconds, idle, warmUpSeconds, load, parts: partFigures(platform, before, load.confirmed), clientCpuMsPerBooking }
  } finally {
    await endPlatform(platform)
  }
}

async function secondsToStart(platform: Platform): Promise<number> {
  const begun = performance.now()
  await platform.start()
  return (performance.now() - begun) / 1000
}

function cpuOf(platform: Platform): Map<string, number> {
  return new Map(platform.parts.map(({ name, pid }) => [name, pid === undefined ? 0 : figuresOf(pid).cpuMs]))
}

function partFigures(platform: Platform, before: Map<string, number>, bookings: number): PartFigures[] {
  return platform.parts.map(({ name, pid }) => {
    const { cpuMs, memoryBytes } = pid === undefined ? { cpuMs: 0, memoryBytes: 0 } : figuresOf(pid)
    return { part: name, memoryBytes, cpuMsPerBooking: bookings === 0 ? undefined : (cpuMs - (before.get(name) ?? 0)) / bookings }
  })
}
