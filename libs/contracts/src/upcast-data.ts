import type { Contract } from './contract.ts'
import { unknownContract, upcastFailed } from './errors.ts'
import { validateTolerant } from './validate.ts'

/** The versions that a consumer of `contract` can read, newest first: its own, and those that upcasters lead up from. */
export function readableVersions(contract: Contract<unknown>): readonly Contract<unknown>[] {
  return contract.previous ? [contract, ...readableVersions(contract.previous.contract)] : [contract]
}

/** The one of `readableVersions(contract)` with this CloudEvents `type`; undefined when there is none. */
export function readableVersion(contract: Contract<unknown>, type: string): Contract<unknown> | undefined {
  if (contract.type === type) return contract
  return contract.previous && readableVersion(contract.previous.contract, type)
}

/**
 * Data that came as `type` as `contract` has it, one version after the other.
 * @param data valid under the contract of `type`
 * @throws ContractError CONTRACT_UPCAST_FAILED; CONTRACT_UNKNOWN when no chain leads from `type`
 */
export function upcastData(contract: Contract<unknown>, type: string, data: unknown): unknown {
  if (contract.type === type) return data
  if (!contract.previous) throw unknownContract(type)
  const { contract: older, upcast } = contract.previous
  const newer = run(upcast, upcastData(older, type, data), [older.type, contract.type])
  const [violation] = validateTolerant(contract, newer)
  if (violation) throw upcastFailed(older.type, contract.type, { detail: `${violation.pointer || '/'} ${violation.message}` })
  return newer
}

function run(upcast: (data: never) => unknown, data: unknown, [from, to]: [string, string]): unknown {
  try {
    return upcast(data as never)
  } catch (cause) {
    throw upcastFailed(from, to, { cause })
  }
}
