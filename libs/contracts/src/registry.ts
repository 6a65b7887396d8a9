import { CONTRACTS } from './all.generated.ts'
import type { Contract } from './contract.ts'
import { unknownContract } from './errors.ts'

const byType = new Map<string, Contract<unknown>>(CONTRACTS.map((contract) => [contract.type, contract]))

/** Every contract, ordered by type. */
export function allContracts(): readonly Contract<unknown>[] {
  return CONTRACTS
}

/** The contract of a CloudEvents `type` such as `payment.captured.v1`; undefined when there is none. */
export function contractOf(type: string): Contract<unknown> | undefined {
  return byType.get(type)
}

/** Like `contractOf`, for callers that cannot go on without. Throws CONTRACT_UNKNOWN. */
export function requireContract(type: string): Contract<unknown> {
  const contract = byType.get(type)
  if (!contract) throw unknownContract(type)
  return contract
}
