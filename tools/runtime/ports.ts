import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { services } from './catalogue.ts'
import { RuntimeError } from './errors.ts'
import { holderOfPort } from './port-holder.ts'

/** Ports that one platform may use, from its base on. */
export const portBlockSize = 200
export const defaultPortBase = 4000
const firstExtraOffset = 120

/** Where every part of a platform listens. All on 127.0.0.1. */
export interface Ports {
  readonly base: number
  readonly postgres: number
  readonly kafka: number
  readonly kafkaController: number
  readonly sandbox: number
  service(name: string): number
  sidecar(name: string): SidecarPorts
  /** The n-th port that no built-in part uses, for parts added by tests. */
  extra(index: number): number
}

export interface SidecarPorts {
  readonly http: number
  readonly grpc: number
  readonly internalGrpc: number
  readonly metrics: number
}

export function portsFrom(base: number): Ports {
  const indexOf = (name: string): number => {
    const index = services.findIndex((service) => service.name === name)
    if (index < 0) throw new RuntimeError('RT_PART_UNKNOWN', { message: `There is no service "${name}".` })
    return index
  }
  return {
    base,
    postgres: base + 100,
    kafka: base + 101,
    kafkaController: base + 102,
    sandbox: base + 103,
    service: (name) => base + indexOf(name),
    sidecar: (name) => sidecarPortsFrom(base + 20 + indexOf(name), 20),
    extra: (index) => base + firstExtraOffset + index,
  }
}

export function sidecarPortsFrom(first: number, step: number): SidecarPorts {
  return { http: first, grpc: first + step, internalGrpc: first + 2 * step, metrics: first + 3 * step }
}

export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A process that was just killed lets go of its ports a moment later. */
async function becomesFree(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await portIsFree(port)) return true
    await delay(50)
  }
  return false
}

/** @throws RuntimeError RT_PORT_IN_USE, naming the port and the process that holds it. */
export async function assertPortsFree(wanted: ReadonlyArray<{ part: string; port: number }>): Promise<void> {
  for (const { part, port } of wanted) {
    if (await becomesFree(port)) continue
    const holder = holderOfPort(port)
    const who = holder === undefined ? 'another process (of another user)' : `process ${holder.pid} (${holder.command})`
    throw new RuntimeError('RT_PORT_IN_USE', {
      message: `Port ${port}, wanted by ${part}, is in use by ${who}.`,
      hint: `End it, or choose another block of ports: PREP_PORT_BASE=5000 ./prep up`,
    })
  }
}
