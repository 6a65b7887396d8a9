/** Third parties on loopback, speaking their real protocol. One folder each. */
export { startStripeSandbox, type StripeSandbox, type StripeSandboxOptions } from './stripe/server.ts'
export type { Fault, FaultKind } from './stripe/faults.ts'
export type { LedgerLine } from './stripe/ledger.ts'
export { startSmtpSandbox, type ReceivedMail, type SmtpSandbox } from './smtp/server.ts'
